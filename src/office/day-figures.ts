import type { Selectable } from 'kysely';
import { DAY_MS, HOUR_MS } from '../platform/clock.ts';
import type { DayFigureTable } from '../platform/database/tables.ts';
import { addDays, startOfDayIso } from '../platform/show-time.ts';

/** What a day came to, of one kind, in one account and currency. */
export type DayFigure = Selectable<DayFigureTable>;

export const FIGURE_KINDS = [
  ...(['collected', 'declined', 'time-to-pay'] as const),
  ...(['links-sent', 'links-opened', 'links-paid'] as const),
];

/** A deed may commit a little after the moment it says: a day is summed up when it has been over for so long. */
const GRACE_MS = HOUR_MS;
/** Links live for 120 days at most, and a page that was opened before may still pay. */
const LINKS_END_AFTER_DAYS = 125;
/** Most links are paid within days: those days are brought up to date more often. */
const YOUNG_DAYS = 7;

/** Days one after another, with the moment at which each begins; the last entry is where the last one ends. */
export interface Days {
  days: string[];
  starts: string[];
}

/** From one day to another, both included, in a zone's calendar. */
export function daysBetween(from: string, to: string, zone: string): Days {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return { days, starts: [...days, addDays(to, 1)].map((day) => startOfDayIso(day, zone)) };
}

/** The day on which a stored moment falls. */
export function dayOf({ days, starts }: Days, iso: string): string {
  let [low, high] = [0, days.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as string) <= iso) low = middle;
    else high = middle - 1;
  }
  return days[low] as string;
}

/** Neighbouring days together: 1, 2, 5 → 1 to 2, 5 to 5. */
export function stretchesOf(days: readonly string[]): Array<{ from: string; to: string }> {
  const stretches: Array<{ from: string; to: string }> = [];
  for (const day of days) {
    const last = stretches.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else stretches.push({ from: day, to: day });
  }
  return stretches;
}

/** True when a day has been over for long enough that nothing is added to it any more. */
export function isOver(day: string, zone: string, now: Date): boolean {
  return Date.parse(startOfDayIso(addDays(day, 1), zone)) + GRACE_MS <= now.getTime();
}

/** True when links of a day may have been opened or paid since its figures were made. */
export function isStale(day: string, rolledAt: string, now: Date): boolean {
  const ageDays = (now.getTime() - Date.parse(`${day}T00:00:00Z`)) / DAY_MS;
  const sinceMs = now.getTime() - Date.parse(rolledAt);
  if (ageDays > LINKS_END_AFTER_DAYS + 1) return false;
  return sinceMs >= (ageDays <= YOUNG_DAYS ? HOUR_MS : DAY_MS);
}

/** Adds events up by day, account, currency and key. */
export class FigureSums {
  readonly #sums = new Map<string, DayFigure>();

  add(figure: Omit<DayFigure, 'events' | 'amount_minor'>, amountMinor = 0): void {
    const { kind, day, account_id, currency, figure_key } = figure;
    const name = [kind, day, account_id, currency, figure_key].join('|');
    const sum = this.#sums.get(name) ?? { ...figure, events: 0, amount_minor: 0 };
    sum.events += 1;
    sum.amount_minor += amountMinor;
    this.#sums.set(name, sum);
  }

  all(): DayFigure[] {
    return [...this.#sums.values()];
  }
}
