/** Steps that people read easily, times a power of ten. */
const NICE_STEPS = [1, 2, 2.5, 5, 10];

/**
 * The marks of an axis from 0 upwards that hold `most`: whole, evenly spaced and easy to read, at most `spaces` apart from
 * one another. 0 for nothing at all: 734, 4 → 0, 200, 400, 600, 800.
 */
export function niceTicks(most: number, spaces = 4): number[] {
  if (most <= 0) return [0];
  const rough = most / spaces;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, Math.ceil((NICE_STEPS.find((nice) => nice * power >= rough) ?? 10) * power));
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** A value as a part of the highest, 0 to 100 with one decimal; what is more than nothing is never drawn as nothing. */
export function heightOf(value: number, highest: number): number {
  if (value <= 0 || highest <= 0) return 0;
  return Math.max(0.5, Math.round((value / highest) * 1000) / 10);
}

/** A part of a whole in whole percent: "67 %"; an empty text where there is no whole. */
export function shareText(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((part / whole) * 100)} %` : '';
}
