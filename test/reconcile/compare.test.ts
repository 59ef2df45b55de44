import { describe, expect, test } from '@jest/globals';
import { compare, type DifferenceKind, type Ours, type Stage, type Theirs } from '../../src/reconcile/difference.ts';
import { tallyOf } from '../../src/reconcile/tally.ts';

const QUIET_SINCE = '2026-11-26T14:00:00.000Z';
const same = { currency: 'EUR', amountMinor: 12_500, livemode: true };

function ours(over: Partial<Ours> = {}): Ours {
  return { id: 'pay_1', ref: 'pi_1', stage: 'done', underWaySince: undefined, ...same, ...over };
}

function theirs(over: Partial<Theirs> = {}): Theirs {
  return { ref: 'pi_1', reference: 'pay_1', paymentRef: undefined, stage: 'done', ...same, ...over };
}

function found(here: Ours[], there: Theirs[], ourPayments: string[] = []) {
  return compare({ ours: here, theirs: there, ourPayments: new Set(ourPayments) }, QUIET_SINCE);
}

const kinds = (here: Ours[], there: Theirs[], ourPayments?: string[]) =>
  found(here, there, ourPayments).differences.map((one) => one.kind);

describe('ours against theirs', () => {
  const stages: Array<[Stage, Record<Stage, DifferenceKind | 'agreed'>]> = [
    ['open', { open: 'agreed', 'on-its-way': 'agreed', done: 'not-booked', over: 'agreed' }],
    ['on-its-way', { open: 'agreed', 'on-its-way': 'agreed', done: 'not-booked', over: 'not-paid' }],
    ['done', { open: 'not-paid', 'on-its-way': 'not-paid', done: 'agreed', over: 'not-paid' }],
    ['over', { open: 'still-open', 'on-its-way': 'still-open', done: 'not-booked', over: 'agreed' }],
  ];
  const cells = stages.flatMap(([here, row]) =>
    (Object.entries(row) as Array<[Stage, DifferenceKind | 'agreed']>).map(
      ([there, says]) => [here, there, says] as const,
    ),
  );
  test.each(cells)('%s here and %s there is: %s', (here, there, says) => {
    const { differences, agreed } = found([ours({ stage: here })], [theirs({ stage: there })]);
    expect(differences.map((one) => one.kind)).toEqual(says === 'agreed' ? [] : [says]);
    expect(agreed).toHaveLength(says === 'agreed' ? 1 : 0);
  });

  test.each<[string, Partial<Theirs>]>([
    ['sum', { amountMinor: 12_499 }],
    ['currency', { currency: 'CHF' }],
    ['mode', { livemode: false }],
    ['mark', { reference: 'pay_2' }],
  ])('another %s differs, booked or not', (_, over) => {
    expect(kinds([ours()], [theirs(over)])).toEqual(['amount-differs']);
    expect(kinds([ours({ stage: 'open' })], [theirs(over)])).toEqual(['amount-differs']);
  });

  test('a sum that was re-agreed and not paid yet is no difference, nor is a mode that nobody tells', () => {
    expect(kinds([ours({ stage: 'open' })], [theirs({ stage: 'open', amountMinor: 1 })])).toEqual([]);
    expect(kinds([ours()], [theirs({ livemode: undefined })])).toEqual([]);
  });

  test('what was taken over from the dashboard is known by its name there, without a mark', () => {
    expect(kinds([ours()], [theirs({ reference: undefined })])).toEqual([]);
  });

  test('what we have and they have not is booked, not paid; before it moved money it is nothing', () => {
    expect(kinds([ours()], [])).toEqual(['not-paid']);
    expect(kinds([ours({ stage: 'on-its-way' })], [])).toEqual(['not-paid']);
    expect(kinds([ours({ stage: 'open' }), ours({ id: 'pay_2', stage: 'over' })], [])).toEqual([]);
  });

  test('what carries our mark and has no row is unknown once money moved', () => {
    expect(kinds([], [theirs()])).toEqual(['unknown']);
    expect(kinds([], [theirs({ stage: 'open' }), theirs({ ref: 'pi_2', stage: 'over' })])).toEqual([]);
  });

  test('what carries no mark is foreign, and counted; about a payment of ours it was made outside', () => {
    const { foreign, differences } = found([], [theirs({ reference: undefined })]);
    expect([foreign.length, differences]).toEqual([1, []]);
    const refund = theirs({ ref: 're_1', reference: undefined, paymentRef: 'pi_1' });
    expect(kinds([], [refund], ['pi_1'])).toEqual(['made-outside']);
    expect(kinds([], [refund], ['pi_other'])).toEqual([]);
    expect(kinds([], [{ ...refund, stage: 'over' }], ['pi_1'])).toEqual([]);
  });

  test('a second charge with the mark of a payment that has another one is unknown; the first one still agrees', () => {
    expect(kinds([ours()], [theirs(), theirs({ ref: 'pi_2' })])).toEqual(['unknown']);
    expect(kinds([ours()], [theirs({ ref: 'pi_2' })])).toEqual(['unknown']);
    expect(kinds([ours()], [theirs(), theirs({ ref: 'pi_2', stage: 'open' })])).toEqual(['still-open']);
    expect(kinds([ours({ stage: 'open' })], [theirs({ ref: 'pi_2', stage: 'open' })])).toEqual([]);
  });

  test('one whose name there we never learned is known by our mark', () => {
    expect(kinds([ours({ ref: undefined, stage: 'open' })], [theirs()])).toEqual(['not-booked']);
  });

  test('what somebody is at work on just now is under way, and soon no more', () => {
    const at = (underWaySince: string) => found([ours({ stage: 'open', underWaySince })], [theirs()]);
    expect(at('2026-11-26T14:00:01.000Z')).toMatchObject({ differences: [], underWay: [expect.anything()] });
    expect(at('2026-11-26T13:59:59.000Z').differences).toHaveLength(1);
  });

  test('sums are of what is ours, each once, and never of what is foreign', () => {
    const comparison = found(
      [ours(), ours({ id: 'pay_2', ref: 'pi_2', stage: 'open' }), ours({ id: 'pay_3', ref: 'pi_3', currency: 'CHF' })],
      [
        theirs(),
        theirs({ ref: 'pi_9' }),
        theirs({ ref: 'pi_2', reference: 'pay_2' }),
        theirs({ ref: 'pi_f', reference: undefined }),
      ],
    );
    expect(tallyOf([comparison])).toEqual([
      { currency: 'EUR', hereMinor: 12_500, hereCount: 1, thereMinor: 37_500, thereCount: 3 },
      { currency: 'CHF', hereMinor: 12_500, hereCount: 1, thereMinor: 0, thereCount: 0 },
    ]);
  });
});
