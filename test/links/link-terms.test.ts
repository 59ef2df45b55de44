import { describe, expect, test } from '@jest/globals';
import { leastStripeAmount, stripeAmountProblem } from '../../src/gateway/stripe-amounts.ts';
import { askedFor, type SumRules, sumToPay } from '../../src/links/link-terms.ts';
import { readTerms, termsFaults } from '../../src/links/wanted-terms.ts';

/** A gateway that takes 0.50 and more. */
const rules: SumRules = {
  show: (amountMinor) => `${amountMinor}`,
  problem: (amountMinor) => (amountMinor < 50 ? 'Too small.' : undefined),
  leastMinor: 50,
};

test.each(['EUR', 'GBP', 'JPY', 'KWD', 'ISK', 'HUF', 'MGA'])(
  'the least in %s can be taken, and nothing less',
  (currency) => {
    const amountMinor = leastStripeAmount(currency);
    expect(stripeAmountProblem({ amountMinor, currency })).toBeUndefined();
    for (let less = Math.max(amountMinor - 200, 0); less < amountMinor; less++) {
      expect(stripeAmountProblem({ amountMinor: less, currency })).toBeDefined();
    }
  },
);

describe('terms of a new link', () => {
  test('a part is read as a sum of the currency or as a percentage of what is due', () => {
    const of = { currency: 'EUR', dueMinor: 20_000 };
    const part = (text: string) => readTerms({ terms: 'part', part: text, least: '' }, of);
    expect(part('50')).toEqual({ wanted: { terms: 'part', partMinor: 5_000 }, errors: {} });
    expect(part('25%')).toEqual({ wanted: { terms: 'part', partMinor: 5_000 }, errors: {} });
    expect(part('12,5 %').wanted.partMinor).toBe(2_500);
    for (const text of ['', '50 USD', 'half', '1.250', '0%', '200%', '30%%']) {
      expect(part(text).errors.part).toBe('Enter a sum in EUR such as 100.00, or a percentage such as 30%.');
    }
  });

  test('a least sum may be left out, and what is typed for other terms is not looked at', () => {
    const of = { currency: 'JPY', dueMinor: 20_000 };
    expect(readTerms({ terms: 'choose', part: 'x', least: ' ' }, of)).toEqual({
      wanted: { terms: 'choose' },
      errors: {},
    });
    expect(readTerms({ terms: 'full', part: 'x', least: 'y' }, of)).toEqual({ wanted: { terms: 'full' }, errors: {} });
    expect(readTerms({ terms: 'choose', part: '', least: '12.5' }, of).errors.least).toContain('in JPY such as 10000');
  });

  test.each([
    ['part', { partMinor: 1_001 }, { part: '1001 is more than the 1000 due.' }],
    ['part', { partMinor: 49 }, { part: 'Too small.' }],
    ['part', { partMinor: 951 }, { part: 'That would leave 49, which could not be paid by card later. Too small.' }],
    ['part', { partMinor: 950 }, {}],
    ['part', { partMinor: 1_000 }, {}],
    [
      'deposit_or_full',
      { partMinor: 1_000 },
      { part: '1000 is all that is due, so there would be nothing to choose.' },
    ],
    ['deposit_or_full', { partMinor: 500 }, {}],
    ['choose', { leastMinor: 1_001 }, { least: '1001 is more than the 1000 due.' }],
    ['choose', { leastMinor: 49 }, { least: 'Too small.' }],
    ['choose', {}, {}],
    ['full', {}, {}],
  ] as const)('of 1000 due, %s with %j gives %j', (terms, sums, faults) => {
    expect(termsFaults({ terms, ...sums }, 1_000, rules)).toEqual(faults);
  });
});

describe('what may be paid through a link', () => {
  const due = (dueMinor: number) => [{ dueMinor }];
  const link = (terms: 'part' | 'choose' | 'deposit_or_full', sums: { partMinor?: number; leastMinor?: number }) => ({
    terms,
    partMinor: sums.partMinor,
    leastMinor: sums.leastMinor,
  });

  test('a part that would leave a rest that no card can pay becomes all', () => {
    const part = link('part', { partMinor: 500 });
    expect(askedFor(part, due(1_000), rules.problem).offeredMinor).toEqual([500]);
    expect(askedFor(part, due(530), rules.problem).offeredMinor).toEqual([530]);
    expect(askedFor(part, due(400), rules.problem).offeredMinor).toEqual([400]);
    const either = link('deposit_or_full', { partMinor: 500 });
    expect(askedFor(either, due(1_000), rules.problem).offeredMinor).toEqual([500, 1_000]);
    expect(askedFor(either, due(530), rules.problem).offeredMinor).toEqual([530]);
    expect(askedFor(link('deposit_or_full', {}), due(1_000), rules.problem).offeredMinor).toEqual([1_000]);
  });

  test('a payer who chooses stays between the least and the balance, and leaves no unpayable rest', () => {
    const choose = link('choose', { leastMinor: 200 });
    const pay = (chosenMinor: number | undefined) =>
      sumToPay(choose, due(1_000), chosenMinor, { show: String, restProblem: rules.problem });
    expect(pay(undefined)).toBe(1_000);
    expect(pay(200)).toBe(200);
    expect(() => pay(199)).toThrow('you can pay between 200 and 1000');
    expect(() => pay(1_001)).toThrow('you can pay between 200 and 1000');
    expect(() => pay(300.5)).toThrow('you can pay between 200 and 1000');
    expect(() => pay(960)).toThrow('That would leave 40');
  });
});
