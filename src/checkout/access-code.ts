import { createHash, createHmac, randomInt } from 'node:crypto';
import { MINUTE_MS } from '../platform/clock.ts';

/** How long a mailed code can be used, and how often somebody may guess. */
export const CODE_LIVES_MS = 10 * MINUTE_MS;
export const MOST_CODE_TRIES = 5;
/** How long a payer who gave the right code stays known. */
export const PROOF_LIVES_MS = 30 * MINUTE_MS;

/** Six digits, each as likely as any other. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** A million codes are soon tried against a plain hash, so it is keyed with what does not stand in the database. */
export function codeHash(key: Buffer, { id, code }: { id: string; code: string }): string {
  return createHmac('sha256', key).update(`access-code ${id} ${code}`).digest('base64url');
}

/** A stolen copy of the database must not hold usable cookies. */
export function proofHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
