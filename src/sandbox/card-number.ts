/** What a number says by itself. Used by the gateway and by the card fields in the browser. */
export type Brand = 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay' | 'unknown';

const BRANDS: { brand: Brand; begins: RegExp; lengths: number[] }[] = [
  { brand: 'amex', begins: /^3[47]/, lengths: [15] },
  { brand: 'diners', begins: /^3(0[0-5]|[689])/, lengths: [14, 16] },
  { brand: 'jcb', begins: /^35/, lengths: [16] },
  { brand: 'visa', begins: /^4/, lengths: [16] },
  { brand: 'mastercard', begins: /^(5[1-5]|2[2-7])/, lengths: [16] },
  { brand: 'unionpay', begins: /^62/, lengths: [16, 19] },
  { brand: 'discover', begins: /^6/, lengths: [16] },
];

/** The brand by the first digits. */
export function brandOf(number: string): Brand {
  return BRANDS.find(({ begins }) => begins.test(number))?.brand ?? 'unknown';
}

/** Whether as many digits are there as the brand has. */
export function isWholeNumber(number: string): boolean {
  const lengths = BRANDS.find(({ begins }) => begins.test(number))?.lengths ?? [16];
  return lengths.includes(number.length);
}

/** The most digits that a number of this brand has. */
export function mostDigits(number: string): number {
  return Math.max(...(BRANDS.find(({ begins }) => begins.test(number))?.lengths ?? [16]));
}

/** Luhn's check, which finds one wrong digit and most swapped neighbours. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [place, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return number.length > 11 && sum % 10 === 0;
}

/** How many digits the security code has. */
export function cvcDigits(number: string): number {
  return brandOf(number) === 'amex' ? 4 : 3;
}

/** The number in the groups that are printed on the card. */
export function groupNumber(number: string): string {
  const groups = brandOf(number) === 'amex' ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?/ : /(\d{1,4})/g;
  const parts = brandOf(number) === 'amex' ? groups.exec(number)?.slice(1) : number.match(groups);
  return (parts ?? []).filter(Boolean).join(' ');
}
