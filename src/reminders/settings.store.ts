import { readCompany } from '../company/company.store.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { dayInZone } from '../platform/show-time.ts';
import type { ReminderSwitch, Round } from './reminder.ts';
import { DEFAULT_SETTINGS, type ReminderSettings } from './reminder-settings.ts';

/** The company's settings; before anybody saved them, the usual ones, switched off. */
export async function readReminderSettings(db: Db): Promise<ReminderSettings> {
  const row = await db.read.selectFrom('reminder_settings').selectAll().executeTakeFirst();
  if (!row) return DEFAULT_SETTINGS;
  return {
    since: row.since ?? undefined,
    steps: JSON.parse(row.steps),
    sendHour: row.send_hour,
    dailyCap: row.daily_cap,
    backlogConfirmedAt: row.backlog_confirmed_at ?? undefined,
  };
}

/** Now, as the company's zone and settings have it. */
export async function readRound({ db, clock }: { db: Db; clock: Clock }): Promise<Round> {
  const [settings, { timeZone }] = await Promise.all([readReminderSettings(db), readCompany(db)]);
  return { settings, zone: timeZone, now: clock.now(), today: dayInZone(nowIso(clock), timeZone) };
}

/** What was put off for these accounts, customers and invoices. */
export async function readSwitches(db: Db, subjectIds: readonly string[]): Promise<ReminderSwitch[]> {
  if (subjectIds.length === 0) return [];
  const rows = await db.read
    .selectFrom('reminder_switch')
    .select(['subject_id', 'state', 'paused_until'])
    .where('subject_id', 'in', [...subjectIds])
    .execute();
  return rows.map((row) => ({
    subjectId: row.subject_id,
    state: row.state,
    pausedUntil: row.paused_until ?? undefined,
  }));
}

/** How far a day has come: letters written, the invoice up to which all were looked at, and whether that was the last. */
export async function readReminderDay(
  db: Db,
  day: string,
): Promise<{ letters: number; passedId: string; done: boolean }> {
  const row = await db.read.selectFrom('reminder_day').selectAll().where('day', '=', day).executeTakeFirst();
  return { letters: row?.letters ?? 0, passedId: row?.passed_id ?? '', done: Boolean(row?.done_at) };
}
