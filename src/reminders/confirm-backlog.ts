import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { sumBacklog } from './reminder-lists.store.ts';
import { readReminderSettings } from './settings.store.ts';
import { startDayOver } from './start-day-over.ts';

/**
 * Agrees that invoices from before reminders were switched on are reminded too. `seenCount` is how many the person saw.
 * Errors: `reminders-off`, `backlog-changed` or `backlog-confirmed` (409).
 */
export async function confirmBacklog(
  parts: { db: Db; clock: Clock },
  { seenCount, actor }: { seenCount: number; actor: Actor & { id: string } },
): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const { since, backlogConfirmedAt } = await readReminderSettings(db);
    if (!since) throw new Refusal('reminders-off', 409, 'Reminders are switched off, so there is nothing to confirm.');
    if (backlogConfirmedAt) throw new Refusal('backlog-confirmed', 409, 'The backlog was confirmed already.');
    const sinceDay = dayInZone(since, (await readCompany(db)).timeZone);
    const sums = await sumBacklog(db, { since, sinceDay });
    const count = sums.reduce((sum, one) => sum + one.count, 0);
    if (count !== seenCount) {
      throw new Refusal(
        'backlog-changed',
        409,
        `The backlog has changed since you looked: it holds ${count} invoices now. Check the list again, then confirm it.`,
      );
    }
    const confirmed = await db.q
      .updateTable('reminder_settings')
      .set({ backlog_confirmed_at: nowIso(clock), backlog_confirmed_by: actor.id })
      .where('backlog_confirmed_at', 'is', null)
      .where('since', '=', since)
      .executeTakeFirst();
    if (confirmed.numUpdatedRows !== 1n) {
      throw new Refusal('backlog-confirmed', 409, 'Somebody else changed or confirmed this meanwhile.');
    }
    await startDayOver(parts);
    await recordAudit(parts, {
      actor,
      action: 'reminders.backlog-confirmed',
      subjectKind: 'company',
      subjectId: 'company',
      detail: { count },
    });
  });
}
