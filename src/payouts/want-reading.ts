import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Lets the job read an account's balance at its next run: something moved. A hundred messages are one reading. */
export async function wantReading({ db, clock }: { db: Db; clock: Clock }, accountId: string): Promise<void> {
  await db.q
    .updateTable('movement_reading')
    .set({ next_read_at: nowIso(clock) })
    .where('account_id', '=', accountId)
    .where('next_read_at', '>', nowIso(clock))
    .execute();
}
