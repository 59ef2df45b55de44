import type { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/** What a question of a check finds. */
export async function rowsOf(db: Db, query: ReturnType<typeof sql>): Promise<Array<Record<string, unknown>>> {
  return (await query.execute(db.read)).rows as Array<Record<string, unknown>>;
}

/** How many rows there are to look at. */
export async function count(
  db: Db,
  table:
    | 'journal_entry'
    | 'payment'
    | 'payable'
    | 'receipt'
    | 'letter'
    | 'lease'
    | 'allocation'
    | 'refund'
    | 'saved_card'
    | 'attempt',
): Promise<number> {
  const row = await db.read
    .selectFrom(table)
    .select((q) => q.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
