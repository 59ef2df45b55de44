import { readCompany } from '../company/company.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { dayInZone } from '../platform/show-time.ts';

/**
 * Has the company's day that is under way look at all invoices again; what was sent stays counted, and days that are
 * past stay as they ended. A later day is there where the company's zone has been changed. Call it in a transaction.
 */
export async function startDayOver({ db, clock }: { db: Db; clock: Clock }): Promise<void> {
  const today = dayInZone(nowIso(clock), (await readCompany(db)).timeZone);
  await db.q.updateTable('reminder_day').set({ passed_id: '', done_at: null }).where('day', '>=', today).execute();
}
