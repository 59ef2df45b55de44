/** A sum in whole minor units of its currency (ISO 4217): { amountMinor: 1250, currency: 'EUR' } is 12.50 euros. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** Errors: an amount that is no whole number, or too large to be held exactly. */
export function money(amountMinor: number, currency: string): Money {
  if (!Number.isSafeInteger(amountMinor)) throw new Error(`not a whole number of minor units: ${amountMinor}`);
  return { amountMinor, currency };
}

/** The sum of amounts of one currency. Errors: mixed currencies. */
export function sumOf(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(
    (sum, next) => {
      if (next.currency !== currency) throw new Error(`cannot add ${next.currency} to ${currency}`);
      return money(sum.amountMinor + next.amountMinor, currency);
    },
    money(0, currency),
  );
}
