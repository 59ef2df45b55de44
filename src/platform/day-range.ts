import type { FieldErrors } from './refusal.ts';
import { addDays, startOfDayIso } from './show-time.ts';

/** Days of the company's calendar (yyyy-mm-dd), both included; undefined where there is no bound. */
export interface DayRange {
  from: string | undefined;
  to: string | undefined;
}

const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;
export const NO_DAY = 'Enter a day such as 2026-11-30.';

/** A day of the calendar as typed; undefined for anything else, 31 April included. */
export function readDay(text: string): string | undefined {
  if (!DAY.test(text)) return undefined;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

/** The range that was typed. A day that is none is said at its field and left out. */
export function readDayRange(typed: { from: string; to: string }): { range: DayRange; errors: FieldErrors } {
  const range = { from: readDay(typed.from), to: readDay(typed.to) };
  const errors: FieldErrors = {};
  if (typed.from && !range.from) errors.from = NO_DAY;
  if (typed.to && !range.to) errors.to = NO_DAY;
  if (range.from && range.to && range.from > range.to) errors.to = 'The last day is before the first.';
  return { range, errors };
}

/** From the first moment of a range until just before the day after it, in the zone: ISO 8601 UTC. */
export function momentsOf(
  { from, to }: DayRange,
  zone: string,
): { since: string | undefined; until: string | undefined } {
  return { since: from && startOfDayIso(from, zone), until: to && endOfDayIso(to, zone) };
}

/** The moment at which a day is over in a zone. */
export function endOfDayIso(day: string, zone: string): string {
  return startOfDayIso(addDays(day, 1), zone);
}
