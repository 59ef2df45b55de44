import type { FieldErrors } from '../platform/refusal.ts';

/** How the company reminds. Days are counted from the due date: -3 is three days before it. */
export interface ReminderSettings {
  /** Since when reminders are on (ISO UTC); undefined: they are off. */
  since: string | undefined;
  /** Ascending, none twice. */
  steps: number[];
  /** From which full hour letters go out, in the company's zone. */
  sendHour: number;
  /** How many letters a day at most. */
  dailyCap: number;
  /** When an administrator agreed that older invoices are reminded too. */
  backlogConfirmedAt: string | undefined;
}

export const DEFAULT_SETTINGS: ReminderSettings = {
  since: undefined,
  steps: [-3, 0, 7, 14, 21],
  sendHour: 9,
  dailyCap: 200,
  backlogConfirmedAt: undefined,
};

export const MOST_STEPS = 10;
const LARGEST_CAP = 10_000;
const [EARLIEST_STEP, LATEST_STEP] = [-60, 365];
/** Letters go out for so long from the send hour, but never past midnight: what waits then goes the next day. */
const WINDOW_HOURS = 8;

/** What a settings form may hold. */
export interface SettingsDraft {
  on: boolean;
  steps: number[];
  sendHour: number;
  dailyCap: number;
}

/** Reads the typed steps, hour and cap: a draft, and a sentence for each field at fault. */
export function readSettings(typed: { on: boolean; steps: string; sendHour: string; dailyCap: string }): {
  draft: SettingsDraft;
  faults: FieldErrors;
} {
  const faults: FieldErrors = {};
  const pieces = typed.steps
    .replaceAll('−', '-')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const wrong = pieces.find((piece) => !/^[+-]?\d{1,3}$/.test(piece));
  const steps = [...new Set(pieces.map((piece) => Number(piece) + 0))].sort((a, b) => a - b);
  const outside = steps.find((step) => step < EARLIEST_STEP || step > LATEST_STEP);
  if (pieces.length === 0) faults.steps = 'Enter at least one day, such as 7.';
  else if (wrong)
    faults.steps = `"${wrong.slice(0, 20)}" is no number of days. Write numbers with commas between them, such as -3, 0, 7.`;
  else if (steps.length > MOST_STEPS) faults.steps = `Use at most ${MOST_STEPS} days.`;
  else if (outside !== undefined) {
    faults.steps = `${outside} is too far away: use days from ${EARLIEST_STEP} to ${LATEST_STEP}.`;
  }
  const sendHour = Number(typed.sendHour);
  if (!/^\d{1,2}$/.test(typed.sendHour) || sendHour > 23) faults.sendHour = 'Choose an hour from 0 to 23.';
  const dailyCap = Number(typed.dailyCap);
  if (!/^\d{1,5}$/.test(typed.dailyCap) || dailyCap < 1 || dailyCap > LARGEST_CAP) {
    faults.dailyCap = `Enter a number from 1 to ${LARGEST_CAP}.`;
  }
  return { draft: { on: typed.on, steps, sendHour, dailyCap }, faults };
}

/** True while letters may go out: from the send hour on, for eight hours, on one calendar day of the zone. */
export function inSendWindow({
  now,
  zone,
  settings: { sendHour },
}: {
  now: Date;
  zone: string;
  settings: Pick<ReminderSettings, 'sendHour'>;
}): boolean {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(now),
  );
  return hour >= sendHour && hour < sendHour + WINDOW_HOURS;
}

/** A step in words: "3 days before", "on the day", "7 days after". */
export function stepWords(step: number): string {
  if (step === 0) return 'on the day';
  const days = Math.abs(step) === 1 ? '1 day' : `${Math.abs(step)} days`;
  return `${days} ${step < 0 ? 'before' : 'after'}`;
}
