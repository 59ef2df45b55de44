import { describe, expect, test } from '@jest/globals';
import { depositBalance, depositState } from '../../src/payables/deposit-balance.ts';

describe('what is left of a deposit', () => {
  test('money on its way back counts as gone, and as owed until it has arrived', () => {
    const sums = { paidMinor: 100, appliedMinor: 30, refundedMinor: 20, refundingMinor: 10, disputedMinor: 0 };
    expect(depositBalance(sums)).toMatchObject({ heldMinor: 50, leftMinor: 40 });
  });

  test('what a bank disputes is held back, as far as it is there', () => {
    const sums = { paidMinor: 100, appliedMinor: 30, refundedMinor: 0, refundingMinor: 0 };
    expect(depositBalance({ ...sums, disputedMinor: 50 })).toMatchObject({ heldMinor: 70, leftMinor: 20 });
    expect(depositBalance({ ...sums, disputedMinor: 100 })).toMatchObject({ heldMinor: 70, leftMinor: 0 });
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
