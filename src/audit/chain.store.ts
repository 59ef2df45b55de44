import { type Clock, laterIso, MINUTE_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { AuditRow, Link } from './chain.ts';

/** No transaction stays open for so long: what it wrote has been seen by then, or never will be. */
const SETTLED_AFTER_MS = 10 * MINUTE_MS;

export interface Head {
  position: number;
  hash: string;
  sealedAt: string;
}

/** The end of the chain; undefined before the first line was sealed. */
export async function readHead(db: Db): Promise<Head | undefined> {
  const row = await db.read
    .selectFrom('audit_chain')
    .select(['position', 'hash', 'sealed_at'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { position: row.position, hash: row.hash, sealedAt: row.sealed_at };
}

/**
 * The number up to which every line that will ever be there has been sealed. PostgreSQL gives numbers before it commits,
 * so a line may come late; on SQLite one writer follows the other.
 */
export async function settledSeq({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  if (db.dialect === 'sqlite') {
    const row = await db.read
      .selectFrom('audit_chain')
      .select('audit_seq')
      .orderBy('audit_seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.audit_seq ?? 0;
  }
  const row = await db.read
    .selectFrom('audit_chain')
    .select('audit_seq')
    .where('sealed_at', '<', laterIso(clock, -SETTLED_AFTER_MS))
    .orderBy('sealed_at', 'desc')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.audit_seq ?? 0;
}

/** Lines without a place in the chain, from behind that number on, in the order of their numbers. */
export async function unsealedAfter(db: Db, seq: number, most: number): Promise<AuditRow[]> {
  return db.read
    .selectFrom('audit')
    .selectAll('audit')
    .where('audit.seq', '>', seq)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('audit_chain')
            .select('position')
            .whereRef('audit_chain.audit_seq', '=', 'audit.seq')
            // Said again: PostgreSQL would go through all the chain there is before that number.
            .where('audit_chain.audit_seq', '>', seq),
        ),
      ),
    )
    .orderBy('audit.seq')
    .limit(most)
    .execute();
}

/** Part of the chain from behind a position on, each place with the line that stands there, if it still does. */
export async function chainAfter(
  db: Db,
  { position, upTo }: { position: number; upTo: number },
  most: number,
): Promise<Array<{ link: Link; row: AuditRow | undefined }>> {
  const rows = await db.read
    .selectFrom('audit_chain')
    .leftJoin('audit', 'audit.seq', 'audit_chain.audit_seq')
    .selectAll('audit')
    .select(['position', 'audit_seq', 'row_hash', 'hash', 'sealed_at'])
    .where('position', '>', position)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    link: {
      position: row.position,
      seq: row.audit_seq,
      rowHash: row.row_hash,
      sealedAt: row.sealed_at,
      hash: row.hash,
    },
    row: row.seq === null ? undefined : (row as AuditRow),
  }));
}

/** Which of so many lines from behind a number on, up to another, have no place in the chain; and how far that went. */
export async function unsealedAmong(
  db: Db,
  { after, upTo }: { after: number; upTo: number },
  most: number,
): Promise<{ looked: number; last: number; unsealed: Array<{ seq: number; at: string }> }> {
  const rows = await db.read
    .selectFrom('audit')
    .leftJoin('audit_chain', 'audit_chain.audit_seq', 'audit.seq')
    .select(['audit.seq', 'audit.at', 'position'])
    .where('audit.seq', '>', after)
    .where('audit.seq', '<=', upTo)
    .orderBy('audit.seq')
    .limit(most)
    .execute();
  return {
    looked: rows.length,
    last: rows.at(-1)?.seq ?? upTo,
    unsealed: rows.filter((row) => row.position === null).map(({ seq, at }) => ({ seq, at })),
  };
}

/** The hashes at these positions; positions that the chain does not have are missing. */
export async function hashesAt(db: Db, positions: readonly number[]): Promise<Map<number, string>> {
  const rows = await db.read
    .selectFrom('audit_chain')
    .select(['position', 'hash'])
    .where('position', 'in', [...positions])
    .execute();
  return new Map(rows.map((row) => [row.position, row.hash]));
}

/** Writes places down; call it in the transaction that read where the chain ends. */
export async function insertLinks(db: Db, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return;
  await db.q
    .insertInto('audit_chain')
    .values(
      links.map(({ position, seq, rowHash, sealedAt, hash }) => ({
        position,
        audit_seq: seq,
        row_hash: rowHash,
        hash,
        sealed_at: sealedAt,
      })),
    )
    .execute();
}
