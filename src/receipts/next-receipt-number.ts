import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/**
 * Takes the next receipt number: 1, 2, 3 … without gaps. It must be asked for inside the transaction that writes
 * the receipt: the row stays locked until that ends, and a rollback gives the number back.
 */
export async function nextReceiptNumber({ db }: { db: Db }): Promise<number> {
  const row = await db.q
    .insertInto('sequence_number')
    .values({ name: 'receipt', last_number: 1 })
    .onConflict((clash) =>
      clash.column('name').doUpdateSet({ last_number: sql<number>`sequence_number.last_number + 1` }),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow();
  return row.last_number;
}
