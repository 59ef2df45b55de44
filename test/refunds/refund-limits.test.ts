import { describe, expect, test } from '@jest/globals';
import { needsSecondPerson, readRefundLimits, tidyRefundLimits } from '../../src/company/refund-limits.ts';

describe('above which sum a second person has to agree', () => {
  const needs = (text: string, amountMinor: number, currency = 'EUR') =>
    needsSecondPerson(text, { amountMinor, currency });

  test('nobody has to where no limit is set, nor where it is zero', () => {
    expect(needs('', 1_000_000)).toBe(false);
    expect(needs('EUR 0', 1_000_000)).toBe(false);
  });

  test('above the sum of its currency, not at it; in a currency that is not named each time', () => {
    const limits = 'EUR 500\nJPY 60,000';
    expect(needs(limits, 50_000)).toBe(false);
    expect(needs(limits, 50_001)).toBe(true);
    expect(needs(limits, 60_000, 'JPY')).toBe(false);
    expect(needs(limits, 1, 'USD')).toBe(true);
  });

  test('a line that is none is named; what can be read gets one spelling', () => {
    for (const line of ['EUR', 'EUR 5 6', 'XX1 5', 'EUR -5', '500 EUR'])
      expect(readRefundLimits(line)).toEqual({ line });
    expect(readRefundLimits('EUR 5\neur 6')).toEqual({ line: 'eur 6' });
    expect(tidyRefundLimits(' usd 1,000 \n\nEUR 5.5')).toBe('EUR 5.50\nUSD 1000.00');
  });
});
