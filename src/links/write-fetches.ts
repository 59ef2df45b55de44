import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { FetchCount, FetchCounts } from './fetch-counts.ts';

const ROWS_AT_ONCE = 500;

/** Writes down how often pages of links were fetched; a count that could not be written is lost, being only a hint. */
export async function writeFetches({ db, fetches }: { db: Db; fetches: FetchCounts }): Promise<void> {
  const taken = fetches.take();
  for (let begin = 0; begin < taken.length; begin += ROWS_AT_ONCE) {
    await addTo(db, taken.slice(begin, begin + ROWS_AT_ONCE));
  }
}

async function addTo(db: Db, counts: FetchCount[]): Promise<void> {
  await db.q
    .insertInto('link_visit')
    .values(
      counts.map((count) => ({
        link_id: count.linkId,
        fetches: count.fetches,
        first_fetched_at: count.firstAt,
        last_fetched_at: count.lastAt,
        person_opens: 0,
        opened_at: null,
        last_opened_at: null,
      })),
    )
    .onConflict((clash) =>
      clash.column('link_id').doUpdateSet({
        fetches: sql<number>`link_visit.fetches + excluded.fetches`,
        first_fetched_at: sql<string>`coalesce(link_visit.first_fetched_at, excluded.first_fetched_at)`,
        last_fetched_at: sql<string>`excluded.last_fetched_at`,
      }),
    )
    .execute();
}
