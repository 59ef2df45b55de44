import { readAmount } from '../money/read-amount.ts';
import type { Search } from '../platform/database/search-words.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { addDays, startOfDayIso } from '../platform/show-time.ts';
import type { PaymentMethod, ReviewState } from './receipt.ts';
import { REVIEW_STATES } from './receipt.ts';

/** Which receipts are meant: of the list, its totals, the queue and the export alike. Days are those of the company's zone. */
export interface ReceiptFilter {
  from: string | undefined;
  to: string | undefined;
  accountId: string | undefined;
  currency: string | undefined;
  state: ReviewState | undefined;
  method: PaymentMethod | undefined;
  channel: 'link' | 'office' | undefined;
  /** What became of the payment later. */
  later: Later | undefined;
  /** The day on which its money reached the bank, as payouts tell. */
  settledOn: string | undefined;
  /** Bounds of the sum, in whole minor units of the currency that is chosen beside them. */
  leastMinor: number | undefined;
  mostMinor: number | undefined;
  /** A receipt's number, words of the customer, or another of the things that `searchMeans` knows. */
  search: string | undefined;
}

/** A choice after it was looked up which few receipts its parts mean (`narrow`): only so is it asked for receipts. */
export interface NarrowedFilter extends ReceiptFilter {
  /** The words of the search, weighed. */
  words: Search | undefined;
  /** The receipts that a part of the choice means, where they are few. */
  few: Partial<Record<'search' | 'later' | 'settled' | 'sums', string[] | undefined>>;
}

const METHODS = ['card', 'cash', 'cheque', 'transfer'] as const;
const CHANNELS = ['link', 'office'] as const;
const LATER = ['refunded', 'disputed', 'reversed'] as const;
export type Later = (typeof LATER)[number];

/** The names of the filters in the address of the list. */
export const FILTER_FIELDS = [
  ...['from', 'to', 'state', 'account', 'currency', 'method', 'channel'],
  ...['later', 'settled', 'least', 'most', 'q'],
];

const DAY = /^[12]\d{3}-\d{2}-\d{2}$/;

/** What an address or a form gave for the filters. */
export function typedIn(textOf: (name: string) => string): Record<string, string> {
  return Object.fromEntries(FILTER_FIELDS.map((name) => [name, textOf(name)]));
}

/** The choice that was typed. A day that is none is said and left out, so that list and totals still belong together. */
export function readFilter(typed: Record<string, string>): {
  filter: ReceiptFilter;
  typed: Record<string, string>;
  errors: FieldErrors;
} {
  const errors: FieldErrors = {};
  for (const name of ['from', 'to', 'settled']) {
    if (typed[name] && !readDay(typed[name])) errors[name] = 'Enter a day such as 2026-11-30.';
  }
  const [from, to] = [readDay(typed.from ?? ''), readDay(typed.to ?? '')];
  if (from && to && from > to) errors.to = 'The last day is before the first.';
  const currency = /^[A-Z]{3}$/.test(typed.currency ?? '') ? typed.currency : undefined;
  const filter: ReceiptFilter = {
    from,
    to,
    accountId: typed.account || undefined,
    currency,
    state: oneOf(REVIEW_STATES, typed.state),
    method: oneOf(METHODS, typed.method),
    channel: oneOf(CHANNELS, typed.channel),
    later: oneOf(LATER, typed.later),
    settledOn: readDay(typed.settled ?? ''),
    leastMinor: readBound('least', typed, { currency, errors }),
    mostMinor: readBound('most', typed, { currency, errors }),
    search: typed.q || undefined,
  };
  return { filter, typed, errors };
}

/** The choice as it stands in an address: what was typed, without what could not be used. */
export function queryOf(typed: Record<string, string>, errors: FieldErrors = {}): Record<string, string> {
  return Object.fromEntries(
    FILTER_FIELDS.flatMap((name) => (typed[name] && !errors[name] ? [[name, typed[name] as string]] : [])),
  );
}

function oneOf<Known extends string>(known: readonly Known[], text: string | undefined): Known | undefined {
  return known.find((one) => one === text);
}

/** 12.50 is another number of minor units in each currency, so that a sum needs one beside it. */
function readBound(
  name: 'least' | 'most',
  typed: Record<string, string>,
  { currency, errors }: { currency: string | undefined; errors: FieldErrors },
): number | undefined {
  const text = typed[name];
  if (!text) return undefined;
  if (!currency) errors.currency = 'Choose the currency of the sums.';
  const sum = currency && readAmount(text, currency);
  if (currency && !sum) errors[name] = 'Enter a sum such as 12.50.';
  return sum ? sum.amountMinor : undefined;
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

/** What a searched text may name besides a customer; several may be true of "4242". */
export function searchMeans(text: string): {
  number: number | undefined;
  last4: string | undefined;
  authorization: string | undefined;
  /** The name of the payment or of the charge at the gateway. */
  gatewayRef: string | undefined;
} {
  const word = text.trim();
  return {
    number: numberSearched(word),
    last4: /^\d{4}$/.test(word) ? word : undefined,
    authorization: /^[a-z0-9]{2,12}$/i.test(word) ? word.toUpperCase() : undefined,
    gatewayRef: /^[a-z]{2,4}_\w+$/.test(word) ? word : undefined,
  };
}
