import { exponentOf } from './currency.ts';
import type { Money } from './money.ts';

const formats = new Map<string, Intl.NumberFormat>();

/** As the reader's language writes it: 125000 EUR → "€1,250.00" (en), "1.250,00 €" (de). */
export function showMoney(sum: Money, language = 'en'): string {
  const key = `${language} ${sum.currency}`;
  let format = formats.get(key);
  if (!format) {
    const places = exponentOf(sum.currency);
    format = new Intl.NumberFormat(language, {
      style: 'currency',
      currency: sum.currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: places,
      maximumFractionDigits: places,
    });
    formats.set(key, format);
  }
  // A decimal string keeps every digit where a division would round.
  return format.format(plainAmount(sum) as Intl.StringNumericLiteral);
}

/** With the code, where a symbol could mean several currencies: "$12.50 USD". */
export function showMoneyWithCode(sum: Money, language = 'en'): string {
  const text = showMoney(sum, language);
  return text.includes(sum.currency) ? text : `${text} ${sum.currency}`;
}

/** For files and form fields: 1250 EUR → "12.50", -5 JPY → "-5". No marks, no symbol. */
export function plainAmount({ amountMinor, currency }: Money): string {
  const places = exponentOf(currency);
  const digits = String(Math.abs(amountMinor)).padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return amountMinor < 0 ? `-${text}` : text;
}
