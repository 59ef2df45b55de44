import type { FieldErrors } from '../platform/refusal.ts';
import { addDays, startOfDayIso } from '../platform/show-time.ts';

/** Which receipts are meant: of the list, its totals and the export alike. Days are those of the company's zone. */
export interface ReceiptFilter {
  from: string | undefined;
  to: string | undefined;
  accountId: string | undefined;
  currency: string | undefined;
  /** Words of the customer, or a receipt's number. */
  search: string | undefined;
  reviewed: 'yes' | 'no' | undefined;
}

/** The names of the filters in the address of the list. */
export const FILTER_FIELDS = ['from', 'to', 'account', 'currency', 'reviewed', 'q'] as const;

const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;

/** The choice that was typed. A day that is none is said and left out, so that list and totals still belong together. */
export function readFilter(typed: Record<string, string>): {
  filter: ReceiptFilter;
  typed: Record<string, string>;
  errors: FieldErrors;
} {
  const errors: FieldErrors = {};
  for (const name of ['from', 'to']) {
    if (typed[name] && !readDay(typed[name])) errors[name] = 'Enter a day such as 2026-11-30.';
  }
  const [from, to] = [readDay(typed.from ?? ''), readDay(typed.to ?? '')];
  if (from && to && from > to) errors.to = 'The last day is before the first.';
  const { account, currency, q, reviewed } = typed;
  const filter: ReceiptFilter = {
    from,
    to,
    accountId: account || undefined,
    currency: currency || undefined,
    search: q || undefined,
    reviewed: reviewed === 'yes' || reviewed === 'no' ? reviewed : undefined,
  };
  return { filter, typed, errors };
}

/** A day of the calendar as typed; undefined for anything else, 31 April included. */
export function readDay(text: string): string | undefined {
  if (!DAY.test(text)) return undefined;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

/** From the first moment of `from` until just before the day after `to`, in the zone. */
export function issuedBetween(
  filter: Pick<ReceiptFilter, 'from' | 'to'>,
  zone: string,
): { since: string | undefined; until: string | undefined } {
  return {
    since: filter.from && startOfDayIso(filter.from, zone),
    until: filter.to && startOfDayIso(addDays(filter.to, 1), zone),
  };
}

/** The number meant by "R-000042", "r42" or "42"; undefined where no receipt number was typed. */
export function numberSearched(text: string): number | undefined {
  const digits = /^r?-?0*(\d{1,9})$/i.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}
