import { isId } from '../platform/ids.ts';
import { addDays } from '../platform/show-time.ts';

/** How far back the figures go. */
export const RANGES = { '7': '7 days', '30': '30 days', '90': '90 days', year: 'This year' } as const;
export type Range = keyof typeof RANGES;

/** What no payment service took: cash, cheques and transfers. */
export const BY_HAND = 'by-hand';

/** What a dashboard is about, as its address says. */
export interface DashboardChoice {
  range: Range;
  /** Days of the company's calendar, both included; the last is today. */
  from: string;
  to: string;
  /** Undefined: the one in which most came in. */
  currency: string | undefined;
  /** An account's id, or `by-hand`. */
  account: string | undefined;
}

/** What an address asks for; whatever cannot be read is left at what is usual. `today` is the company's day. */
export function readChoice(textOf: (name: string) => string, today: string): DashboardChoice {
  const [asked, currency, account] = [textOf('range'), textOf('currency').toUpperCase(), textOf('account')];
  const range = Object.hasOwn(RANGES, asked) ? (asked as Range) : '30';
  return {
    range,
    from: range === 'year' ? `${today.slice(0, 4)}-01-01` : addDays(today, 1 - Number(range)),
    to: today,
    currency: /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    account: account === BY_HAND || isId(account, 'acc') ? account : undefined,
  };
}

/** One bar: some days one after another. */
export interface Column {
  from: string;
  to: string;
}

/** Days as they are drawn: each for itself, a year in weeks from Monday on. */
export function columnsOf({ range, from, to }: Pick<DashboardChoice, 'range' | 'from' | 'to'>): Column[] {
  const columns: Column[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const last = columns.at(-1);
    const isMonday = new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
    if (last && range === 'year' && !isMonday) last.to = day;
    else columns.push({ from: day, to: day });
  }
  return columns;
}
