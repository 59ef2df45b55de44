import { isCurrency } from '../money/currency.ts';
import { readAmount } from '../money/read-amount.ts';
import { plainAmount } from '../money/show-money.ts';

/** Currency → the most that one person may give back alone, whole minor units. */
export type RefundLimits = ReadonlyMap<string, number>;

/** What a line of the setting that cannot be read gets. */
export interface LimitFault {
  line: string;
}

/** Reads the setting: one line for each currency, "EUR 500.00". Gives the first line that is none. */
export function readRefundLimits(text: string): RefundLimits | LimitFault {
  const limits = new Map<string, number>();
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (!line) continue;
    const [currency = '', sum = '', ...rest] = line.split(/\s+/);
    const code = currency.toUpperCase();
    const limit = isCurrency(code) ? readAmount(sum, code) : undefined;
    if (!limit || rest.length > 0 || limits.has(code)) return { line };
    limits.set(code, limit.amountMinor);
  }
  return limits;
}

export function isLimitFault(read: RefundLimits | LimitFault): read is LimitFault {
  return 'line' in read;
}

/**
 * True where a second person has to agree to so much being given back, whole minor units. Without any limit nobody has
 * to; a limit of zero says never for its currency; a currency that is not named beside others has to each time.
 */
export function needsSecondPerson(text: string, { amountMinor, currency }: { amountMinor: number; currency: string }) {
  const limits = readRefundLimits(text);
  if (isLimitFault(limits) || limits.size === 0) return false;
  const limit = limits.get(currency);
  return limit === undefined || (limit > 0 && amountMinor > limit);
}

/** As it is stored: one spelling of each line, in order of the currencies; as typed where it cannot be read. */
export function tidyRefundLimits(text: string): string {
  const limits = readRefundLimits(text);
  if (isLimitFault(limits)) return text;
  return [...limits]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amountMinor]) => `${currency} ${plainAmount({ amountMinor, currency })}`)
    .join('\n');
}
