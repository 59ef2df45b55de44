/**
 * Reads a part of a whole as a person writes it: "30" → 3000, "12.5 %" → 1250 hundredths of a percent. Gives undefined
 * for anything else: nothing, 0, more than 100, or more than two decimals.
 */
export function readPercent(text: string): number | undefined {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(text.trim());
  if (!match) return undefined;
  const basisPoints = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return basisPoints >= 1 && basisPoints <= 10_000 ? basisPoints : undefined;
}

/** The part of a sum in whole minor units, rounded half up to the minor unit: 12.5 % of 1000.20 is 125.03. */
export function percentOf(totalMinor: number, basisPoints: number): number {
  return Number((BigInt(totalMinor) * BigInt(basisPoints) + 5000n) / 10_000n);
}

/** "30 %", "12.5 %". */
export function showPercent(basisPoints: number): string {
  const decimals = String(basisPoints % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.floor(basisPoints / 100)}${decimals ? `.${decimals}` : ''} %`;
}
