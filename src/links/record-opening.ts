import { sql } from 'kysely';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Notes that a person opened the page of a link and went to its card fields: the first time is kept for good. */
export async function recordOpening({ db, clock }: { db: Db; clock: Clock }, linkId: string): Promise<void> {
  const now = nowIso(clock);
  await db.q
    .insertInto('link_visit')
    .values({
      link_id: linkId,
      fetches: 0,
      first_fetched_at: null,
      last_fetched_at: null,
      person_opens: 1,
      opened_at: now,
      last_opened_at: now,
    })
    .onConflict((clash) =>
      clash.column('link_id').doUpdateSet({
        person_opens: sql<number>`link_visit.person_opens + 1`,
        opened_at: sql<string>`coalesce(link_visit.opened_at, excluded.opened_at)`,
        last_opened_at: sql<string>`excluded.last_opened_at`,
      }),
    )
    .execute();
}
