import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { AuditTable } from '../platform/database/tables.ts';

/** A line of the log as it stands in the database. */
export type AuditRow = Selectable<AuditTable>;

/** A line's place in the chain. */
export interface Link {
  position: number;
  seq: number;
  rowHash: string;
  sealedAt: string;
  hash: string;
}

/** What stands before the first line. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 of all that a line says, in hexadecimal: a JSON list of its columns in this order, without its number. */
export function rowHash(row: AuditRow): string {
  const { at, actor_kind, actor_id, action, subject_kind, subject_id, detail, ip, request_id } = row;
  return sha256(JSON.stringify([at, actor_kind, actor_id, action, subject_kind, subject_id, detail, ip, request_id]));
}

/** The hash that binds a line to all before it: over the hash before, its number, when it was sealed and what it says. */
export function linkHash(before: string, { seq, sealedAt, rowHash }: Omit<Link, 'position' | 'hash'>): string {
  return sha256(`${before}\n${seq}\n${sealedAt}\n${rowHash}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Continues the chain with these lines, in their order. */
export function continueChain(
  head: { position: number; hash: string } | undefined,
  rows: readonly AuditRow[],
  sealedAt: string,
): Link[] {
  let [position, before] = [head?.position ?? 0, head?.hash ?? GENESIS];
  return rows.map((row) => {
    const bare = { seq: row.seq, rowHash: rowHash(row), sealedAt };
    before = linkHash(before, bare);
    position += 1;
    return { position, ...bare, hash: before };
  });
}

/** The chain's last hash as it was written down outside the database. */
export interface Anchor {
  at: string;
  position: number;
  hash: string;
  /** How many lines were sealed then. */
  count: number;
}
