import { sql } from 'kysely';
import type { Db } from './database.ts';

/**
 * The next number of a sequence without gaps; call it in the transaction that uses it, which holds the sequence
 * until it ends. `first` is the very first number given.
 */
export async function nextNumber(db: Db, name: string, first: number): Promise<number> {
  const row = await db.q
    .insertInto('sequence_number')
    .values({ name, last_number: first })
    .onConflict((clash) =>
      clash.column('name').doUpdateSet({ last_number: sql<number>`sequence_number.last_number + 1` }),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  return row.last_number;
}
