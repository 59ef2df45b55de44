import { DAY_MS } from '../platform/clock.ts';
import { addDays, dayInZone, startOfDayIso } from '../platform/show-time.ts';

/** How long a link may live, as staff choose it. */
export const EXPIRY_CHOICES = ['after-due', '24h', '7d', '14d', '30d', '90d'] as const;
export type ExpiryChoice = (typeof EXPIRY_CHOICES)[number];

const DAYS: Partial<Record<ExpiryChoice, number>> = { '7d': 7, '14d': 14, '30d': 30, '90d': 90 };

const AFTER_DUE_DAYS = 30;
const LEAST_DAYS = 30;
const MOST_DAYS = 120;

/** What is chosen when nobody chooses: an invoice can be paid until well after its due date, a deposit for 14 days. */
export function defaultExpiry(dueOn: string | undefined): ExpiryChoice {
  return dueOn ? 'after-due' : '14d';
}

/** The choices that make sense: "after the due date" only where there is one (yyyy-mm-dd). */
export function expiryChoices(dueOn: string | undefined): ExpiryChoice[] {
  return EXPIRY_CHOICES.filter((choice) => choice !== 'after-due' || dueOn);
}

/**
 * When a link made now ends (ISO UTC). `24h` is 24 hours to the second; all others run until the last moment of a
 * day in the company's zone: so many days from today, or 30 after the due date but between 30 and 120 from today.
 */
export function expiresAt(choice: ExpiryChoice, from: { now: Date; zone: string; dueOn: string | undefined }): string {
  if (choice === '24h') return new Date(from.now.getTime() + DAY_MS).toISOString();
  const today = dayInZone(from.now.toISOString(), from.zone);
  const lastDay = addDays(today, DAYS[choice] ?? LEAST_DAYS);
  return endOfDayIso(choice === 'after-due' ? afterDue(today, from.dueOn) : lastDay, from.zone);
}

function afterDue(today: string, dueOn: string | undefined): string {
  const wanted = addDays(dueOn ?? today, AFTER_DUE_DAYS);
  const [least, most] = [addDays(today, LEAST_DAYS), addDays(today, MOST_DAYS)];
  if (wanted < least) return least;
  return wanted > most ? most : wanted;
}

/** The last millisecond of a calendar day in a zone, whatever clocks do in that night. */
function endOfDayIso(day: string, zone: string): string {
  return new Date(Date.parse(startOfDayIso(addDays(day, 1), zone)) - 1).toISOString();
}
