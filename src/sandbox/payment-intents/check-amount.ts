import { invalid, missingParam } from '../stripe-error.ts';

/** The least in Stripe's own units (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const LEAST_UNITS: Record<string, number> = {
  usd: 50,
  aud: 50,
  cad: 50,
  chf: 50,
  eur: 50,
  nzd: 50,
  sgd: 50,
  brl: 50,
  inr: 50,
  gbp: 30,
  aed: 200,
  bgn: 100,
  czk: 1500,
  dkk: 250,
  hkd: 400,
  huf: 17500,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1000,
};
const MOST_UNITS = 99_999_999;
const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** Without decimals, yet counted in hundredths. */
const WHOLE_HUNDREDS = new Set(['isk', 'ugx']);
const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** Throws Stripe's 400 unless this sum can be charged. */
export function checkAmount(amount: number | undefined, currency: string | undefined): void {
  if (amount === undefined) throw missingParam('amount');
  if (!currency) throw missingParam('currency');
  if (!CURRENCIES.has(currency)) throw invalid(`Invalid currency: ${currency}.`, undefined, 'currency');
  if (amount < 1) {
    throw invalid('This value must be greater than or equal to 1.', 'parameter_invalid_integer', 'amount');
  }
  const shown = currency.toUpperCase();
  if (amount > MOST_UNITS) {
    throw invalid(`Amount must be no more than 999,999.99 ${shown}.`, 'amount_too_large', 'amount');
  }
  if (amount < (LEAST_UNITS[currency] ?? 1)) {
    const least = LEAST_UNITS[currency];
    throw invalid(`Amount must be at least ${least} of the smallest unit of ${shown}.`, 'amount_too_small', 'amount');
  }
  if (THREE_DECIMALS.has(currency) && amount % 10 !== 0) {
    const message = `Invalid amount: the last digit of an amount in ${shown} must be 0.`;
    throw invalid(message, 'parameter_invalid_integer', 'amount');
  }
  if (WHOLE_HUNDREDS.has(currency) && amount % 100 !== 0) {
    const message = `Invalid amount: an amount in ${shown} must be a multiple of 100.`;
    throw invalid(message, 'parameter_invalid_integer', 'amount');
  }
}
