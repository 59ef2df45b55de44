import { sql } from 'kysely';
import { type Clock, laterIso, nowIso } from './clock.ts';
import type { Db } from './database/database.ts';

/**
 * Counts one more for the key within its window and gives the count: one atomic statement, shared by all processes.
 * The window begins with the first hit.
 */
export async function countHit(
  { db, clock }: { db: Db; clock: Clock },
  key: string,
  windowMs: number,
): Promise<number> {
  const now = nowIso(clock);
  const resetsAt = laterIso(clock, windowMs);
  const row = await db.q
    .insertInto('throttle')
    .values({ throttle_key: key, hits: 1, resets_at: resetsAt })
    .onConflict((clash) =>
      clash.column('throttle_key').doUpdateSet({
        hits: sql<number>`case when throttle.resets_at <= ${now} then 1 else throttle.hits + 1 end`,
        resets_at: sql<string>`case when throttle.resets_at <= ${now} then ${resetsAt} else throttle.resets_at end`,
      }),
    )
    .returning('hits')
    .executeTakeFirstOrThrow();
  return row.hits;
}

/** The count now, without adding to it. */
export async function hitsOf({ db, clock }: { db: Db; clock: Clock }, key: string): Promise<number> {
  const row = await db.q
    .selectFrom('throttle')
    .select('hits')
    .where('throttle_key', '=', key)
    .where('resets_at', '>', nowIso(clock))
    .executeTakeFirst();
  return row?.hits ?? 0;
}

/** Takes one hit back: it was counted before it was known to be harmless. */
export async function takeBackHit({ db }: { db: Db }, key: string): Promise<void> {
  await db.q
    .updateTable('throttle')
    .set({ hits: sql<number>`throttle.hits - 1` })
    .where('throttle_key', '=', key)
    .where('hits', '>', 0)
    .execute();
}

/** Whole seconds until the window of the key ends, at least 1. */
export async function secondsUntilReset({ db, clock }: { db: Db; clock: Clock }, key: string): Promise<number> {
  const row = await db.q.selectFrom('throttle').select('resets_at').where('throttle_key', '=', key).executeTakeFirst();
  const leftMs = row ? Date.parse(row.resets_at) - clock.now().getTime() : 0;
  return Math.max(1, Math.ceil(leftMs / 1000));
}

/** Forgets a key: after a success. */
export async function forgetHits({ db }: { db: Db }, key: string): Promise<void> {
  await db.q.deleteFrom('throttle').where('throttle_key', '=', key).execute();
}

/** Drops windows that have ended. */
export async function sweepThrottle({ db, clock }: { db: Db; clock: Clock }): Promise<void> {
  await db.q.deleteFrom('throttle').where('resets_at', '<', nowIso(clock)).execute();
}
