import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** Has the days that are under way look at all invoices again; what was sent stays counted. Call it in a transaction. */
export async function startDayOver({ db }: { db: Db; clock: Clock }): Promise<void> {
  await db.q.updateTable('reminder_day').set({ passed_id: '', done_at: null }).execute();
}
