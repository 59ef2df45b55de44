import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/**
 * Ends every session of a person at once. The epoch moves on as well as the rows going: a request that is under way
 * while this happens may write its row back. Gives the new epoch.
 */
export async function endSessions({ db }: { db: Db }, personId: string): Promise<number> {
  return db.tx(async () => {
    await db.q.deleteFrom('session').where('person_id', '=', personId).execute();
    const row = await db.q
      .updateTable('person')
      .set({ session_epoch: sql<number>`session_epoch + 1` })
      .where('id', '=', personId)
      .returning('session_epoch')
      .executeTakeFirstOrThrow();
    return row.session_epoch;
  });
}
