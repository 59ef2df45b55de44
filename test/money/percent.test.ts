import { describe, expect, test } from '@jest/globals';
import { percentOf, readPercent, showPercent } from '../../src/money/percent.ts';

describe('a percentage', () => {
  test.each([
    ['30', 3_000],
    ['12.5', 1_250],
    ['12,5 %', 1_250],
    [' 0.01% ', 1],
    ['100', 10_000],
  ])('"%s" is read as %i hundredths of a percent', (text, basisPoints) => {
    expect(readPercent(text)).toBe(basisPoints);
  });

  test.each(['', '0', '0.00', '100.01', '101', '-5', '12.345', '1e1', '30%%', '%', 'half', '33 1/3', '٣٠'])(
    '"%s" is no part that can be asked for',
    (text) => {
      expect(readPercent(text)).toBeUndefined();
    },
  );

  test.each([
    [100_000, 3_000, 30_000],
    [100_020, 1_250, 12_503],
    [1, 5_000, 1],
    [1, 4_999, 0],
    [999, 3_333, 333],
    // Beyond what a product of doubles holds exactly.
    [9_007_199_254_740_991, 10_000, 9_007_199_254_740_991],
    [9_000_000_000_000_001, 10_000, 9_000_000_000_000_001],
  ])('of %i, %i hundredths of a percent are %i, rounded half up', (total, basisPoints, part) => {
    expect(percentOf(total, basisPoints)).toBe(part);
  });

  test('is shown as a person writes it', () => {
    expect([3_000, 1_250, 1_225, 5, 10_000].map(showPercent)).toEqual(['30 %', '12.5 %', '12.25 %', '0.05 %', '100 %']);
  });
});
