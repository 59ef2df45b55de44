import { describe, expect, test } from '@jest/globals';
import { percentOf, readPercent, showPercent } from '../../src/deposits/deposit.ts';
import { depositBalance, depositState } from '../../src/payables/deposit-balance.ts';

describe('a part of an order', () => {
  test.each([
    ['30', 3_000],
    ['12.5', 1_250],
    ['12,5 %', 1_250],
    [' 0.01% ', 1],
    ['100', 10_000],
  ])('"%s" is read as %i hundredths of a percent', (text, basisPoints) => {
    expect(readPercent(text)).toBe(basisPoints);
  });

  test.each(['', '0', '0.00', '100.01', '101', '-5', '12.345', '1e1', 'half', '33 1/3', '٣٠'])(
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
    [9_000_000_000_000_001, 10_000, 9_000_000_000_000_001],
  ])('of %i, %i hundredths of a percent are %i, rounded half up', (total, basisPoints, part) => {
    expect(percentOf(total, basisPoints)).toBe(part);
  });

  test('is shown as a person writes it', () => {
    expect([3_000, 1_250, 1_225, 5, 10_000].map(showPercent)).toEqual(['30 %', '12.5 %', '12.25 %', '0.05 %', '100 %']);
  });
});

describe('what is left of a deposit', () => {
  test('money on its way back counts as gone, and as owed until it has arrived', () => {
    const sums = { paidMinor: 100, appliedMinor: 30, refundedMinor: 20, refundingMinor: 10 };
    expect(depositBalance(sums)).toMatchObject({ heldMinor: 50, leftMinor: 40 });
  });

  test.each([
    ['requested', 0, 0, 0],
    ['requested', 99, 99, 0],
    ['held', 100, 0, 0],
    ['part_applied', 100, 1, 0],
    ['applied', 100, 100, 0],
    ['part_refunded', 100, 0, 1],
    ['part_refunded', 100, 50, 1],
    ['refunded', 100, 50, 50],
    ['refunded', 100, 0, 100],
  ])('of 100, a deposit is %s when %i are paid, %i applied and %i refunded', (state, paid, applied, refunded) => {
    const sums = { paidMinor: paid, appliedMinor: applied, refundedMinor: refunded };
    expect(depositState(100, sums)).toBe(state);
  });
});
