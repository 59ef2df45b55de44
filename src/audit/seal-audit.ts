import { sql } from 'kysely';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { insertLinks, readHead, settledSeq, unsealedAfter } from './chain.store.ts';
import { type AuditRow, continueChain } from './chain.ts';

/** A chunk is one transaction, short enough that on SQLite no payer notices. */
const LINES_PER_CHUNK = 200;
const ADVISORY_LOCK = 715_022;

/**
 * Gives every committed line of the log that has none yet its place at the end of the chain, and returns how many.
 * Deeds write their lines without the chain, so they never queue behind one another; a line that commits late is sealed
 * late, and its position counts. Of several that seal at once, one chunk follows the other.
 */
export async function sealAudit(parts: { db: Db; clock: Clock }): Promise<number> {
  let after = await settledSeq(parts);
  let sealed = 0;
  for (;;) {
    const rows = await sealChunk(parts, after);
    sealed += rows.length;
    // What comes late with a lower number is found by the next run.
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < LINES_PER_CHUNK) return sealed;
    await new Promise((resume) => setImmediate(resume));
  }
}

async function sealChunk({ db, clock }: { db: Db; clock: Clock }, after: number): Promise<AuditRow[]> {
  // Asked outside a transaction first: usually there is nothing, and nobody should wait for that.
  if ((await unsealedAfter(db, after, 1)).length === 0) return [];
  return db.tx(async () => {
    // SQLite's transactions hold the whole file already.
    if (db.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(db.q);
    const rows = await unsealedAfter(db, after, LINES_PER_CHUNK);
    await insertLinks(db, continueChain(await readHead(db), rows, nowIso(clock)));
    return rows;
  });
}
