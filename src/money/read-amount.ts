import { exponentOf } from './currency.ts';
import { type Money, money } from './money.ts';

/**
 * Reads what a person or a file wrote: "12.50" EUR → 1250; "1,234.5" → 123450; "1200" JPY → 1200; "1.005" KWD → 1005.
 * By cutting strings, never through a float. Gives undefined for anything doubtful: a sign, an exponent ("1e3"),
 * more decimals than the currency has, "1,23" (a comma that is no thousands mark), "1.250" EUR (1250 where the dot is one).
 */
export function readAmount(text: string, currency: string): Money | undefined {
  const places = exponentOf(currency);
  const match = /^(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,3}))?$/.exec(text.trim());
  if (!match) return undefined;
  const whole = (match[1] as string).replaceAll(',', '');
  const decimals = match[2] ?? '';
  if (decimals.length === 3 && places < 3) return undefined;
  if (decimals.length > places && /[1-9]/.test(decimals.slice(places))) return undefined;
  const amountMinor = Number(whole + decimals.slice(0, places).padEnd(places, '0'));
  return Number.isSafeInteger(amountMinor) ? money(amountMinor, currency) : undefined;
}
