/** Decimal places by ISO 4217; currencies not named have two. */
const EXPONENTS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

const KNOWN = new Set(Intl.supportedValuesOf('currency'));

/** True for an ISO 4217 code in capitals that this runtime knows. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

/** How many decimal places the currency has: JPY 0, USD 2, KWD 3 (ISO 4217). */
export function exponentOf(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** The currencies offered in forms; any other known code may be typed or imported. */
export const COMMON_CURRENCIES = [
  'EUR',
  'GBP',
  'USD',
  'CHF',
  'JPY',
  'KWD',
  'CAD',
  'AUD',
  'SEK',
  'NOK',
  'DKK',
  'PLN',
] as const;
