import { type Clock, DAY_MS, HOUR_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** What a gateway books late, and clocks that differ. */
const OVERLAP_MS = HOUR_MS;
/** So many stretches of time are read of one account in one run. */
const MOST_STRETCHES = 40;

interface Reading {
  accountId: string;
  /** The column in which it stands how far this was read. */
  until: 'movements_until' | 'payouts_until';
}

/**
 * Reads one stretch of time of an account after the other, oldest first, and writes down how far it came after each: a
 * gateway lists newest first, so within a stretch nothing is certain before its end. Where nothing moved they grow.
 */
export async function readStretches(
  parts: { db: Db; clock: Clock },
  reading: Reading,
  read: (sinceIso: string, untilIso: string) => Promise<Array<{ createdAt: string }>>,
): Promise<void> {
  const { clock } = parts;
  let sinceMs = await readSoFar(parts.db, reading);
  let lengthMs = DAY_MS;
  for (let stretches = 0; stretches < MOST_STRETCHES; stretches++) {
    const nowMs = clock.now().getTime();
    const untilMs = sinceMs + lengthMs;
    const isLast = untilMs >= nowMs;
    const found = await read(iso(sinceMs - OVERLAP_MS), iso(isLast ? nowMs + OVERLAP_MS : untilMs));
    const newestMs = Math.max(0, ...found.map((one) => Date.parse(one.createdAt)));
    // The last stretch is read again from its newest on: what a gateway books late is not missed.
    sinceMs = isLast ? Math.max(sinceMs, Math.min(newestMs, nowMs), nowMs - DAY_MS) : untilMs;
    lengthMs = found.length > 0 ? DAY_MS : lengthMs * 2;
    await writeSoFar(parts.db, reading, iso(sinceMs));
    if (isLast) return;
  }
  await goOnAtOnce(parts, reading);
}

async function readSoFar(db: Db, { accountId, until }: Reading): Promise<number> {
  const row = await db.read
    .selectFrom('movement_reading')
    .select(['movements_until', 'payouts_until'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return Date.parse(row[until]);
}

/** Never back: somebody else may have read on meanwhile. */
async function writeSoFar(db: Db, { accountId, until }: Reading, farIso: string): Promise<void> {
  await db.q
    .updateTable('movement_reading')
    .set({ [until]: farIso })
    .where('account_id', '=', accountId)
    .where(until, '<', farIso)
    .execute();
}

async function goOnAtOnce({ db, clock }: { db: Db; clock: Clock }, { accountId }: Reading): Promise<void> {
  await db.q
    .updateTable('movement_reading')
    .set({ next_read_at: nowIso(clock) })
    .where('account_id', '=', accountId)
    .execute();
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
