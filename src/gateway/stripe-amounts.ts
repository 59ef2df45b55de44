import { exponentOf } from '../money/currency.ts';
import { type Money, money } from '../money/money.ts';
import { plainAmount } from '../money/show-money.ts';

/** Currencies for which Stripe counts otherwise than ISO 4217: Stripe units per ISO minor unit (docs.stripe.com/currencies). */
const STRIPE_UNITS: Record<string, { times: number } | { dividedBy: number }> = {
  ISK: { times: 100 },
  UGX: { times: 100 },
  MGA: { dividedBy: 100 },
};

/** The least that Stripe takes, in ISO minor units (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const LEAST: Record<string, number> = {
  USD: 50,
  AUD: 50,
  CAD: 50,
  CHF: 50,
  EUR: 50,
  NZD: 50,
  SGD: 50,
  BRL: 50,
  INR: 50,
  GBP: 30,
  AED: 200,
  BGN: 100,
  CZK: 1500,
  DKK: 250,
  HKD: 400,
  HUF: 17500,
  JPY: 50,
  MXN: 1000,
  MYR: 200,
  NOK: 300,
  PLN: 200,
  RON: 200,
  SEK: 300,
  THB: 1000,
};
const MOST_UNITS = 99_999_999;

export function toStripeUnits({ amountMinor, currency }: Money): number {
  const rule = STRIPE_UNITS[currency];
  if (!rule) return amountMinor;
  return 'times' in rule ? amountMinor * rule.times : amountMinor / rule.dividedBy;
}

export function fromStripeUnits(units: number, code: string): Money {
  const currency = code.toUpperCase();
  const rule = STRIPE_UNITS[currency];
  if (!rule) return money(units, currency);
  return money('times' in rule ? units / rule.times : units * rule.dividedBy, currency);
}

/**
 * The same for what moved a balance: Stripe's share of a sum in a currency that it counts in hundredths, and that has
 * none, need not be whole.
 */
export function roundedFromStripeUnits(units: number, code: string): Money {
  const rule = STRIPE_UNITS[code.toUpperCase()];
  return fromStripeUnits(rule && 'times' in rule ? Math.round(units / rule.times) * rule.times : units, code);
}

/** The least that Stripe takes in a currency, in ISO minor units: a sum that it can count, too. */
export function leastStripeAmount(currency: string): number {
  const rule = STRIPE_UNITS[currency];
  const step = exponentOf(currency) === 3 ? 10 : rule && 'dividedBy' in rule ? rule.dividedBy : 1;
  return Math.ceil((LEAST[currency] ?? 1) / step) * step;
}

/** Why Stripe would not take this sum, as a sentence; undefined when it would. */
export function stripeAmountProblem(sum: Money): string | undefined {
  const least = LEAST[sum.currency] ?? 1;
  if (sum.amountMinor < least) {
    return `The gateway takes no card payment under ${plainAmount({ ...sum, amountMinor: least })} ${sum.currency}.`;
  }
  if (exponentOf(sum.currency) === 3 && sum.amountMinor % 10 !== 0) {
    return `The gateway takes ${sum.currency} only with a last decimal of 0.`;
  }
  const units = toStripeUnits(sum);
  if (!Number.isInteger(units)) return `The gateway takes ${sum.currency} only in whole units.`;
  if (units > MOST_UNITS) return 'The sum is larger than the gateway takes in one payment.';
  return undefined;
}
