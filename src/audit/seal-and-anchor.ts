import { type AnchorParts, anchorHead } from './anchor-head.ts';
import { sealAudit } from './seal-audit.ts';

/** Seals what is new and writes the chain's end down outside the database: the job of every few seconds. */
export async function sealAndAnchor(parts: AnchorParts): Promise<void> {
  await sealAudit(parts);
  await anchorHead(parts);
}
