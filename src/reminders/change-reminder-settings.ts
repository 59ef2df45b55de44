import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { SettingsDraft } from './reminder-settings.ts';
import { readReminderSettings } from './settings.store.ts';
import { startDayOver } from './start-day-over.ts';

/**
 * Changes how the company reminds, and switches it on or off. Switching on begins anew: what is overdue by then is
 * backlog, and must be confirmed again. The draft must be without faults (readSettings).
 */
export async function changeReminderSettings(
  parts: { db: Db; clock: Clock },
  draft: SettingsDraft,
  actor: Actor,
): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const before = await readReminderSettings(db);
    const switched = draft.on !== Boolean(before.since);
    const row = {
      since: draft.on ? (before.since ?? nowIso(clock)) : null,
      steps: JSON.stringify(draft.steps),
      send_hour: draft.sendHour,
      daily_cap: draft.dailyCap,
      ...(switched ? { backlog_confirmed_at: null, backlog_confirmed_by: null } : {}),
      updated_at: nowIso(clock),
    };
    await db.q
      .insertInto('reminder_settings')
      .values({ id: 'company', backlog_confirmed_at: null, backlog_confirmed_by: null, ...row })
      .onConflict((clash) => clash.column('id').doUpdateSet(row))
      .execute();
    await startDayOver(parts);
    await recordAudit(parts, {
      actor,
      action: switched ? `reminders.switched-${draft.on ? 'on' : 'off'}` : 'reminders.settings-changed',
      subjectKind: 'company',
      subjectId: 'company',
      detail: {
        steps: { from: before.steps.join(', '), to: draft.steps.join(', ') },
        sendHour: draft.sendHour,
        dailyCap: draft.dailyCap,
      },
    });
  });
}
