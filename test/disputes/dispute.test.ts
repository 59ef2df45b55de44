import { describe, expect, test } from '@jest/globals';
import {
  DISPUTE_STATE_WORDS,
  DISPUTE_STATES,
  type DisputeState,
  dueKey,
  mayBecome,
  shareAmongDocuments,
  stateOf,
  timeLeft,
} from '../../src/disputes/dispute.ts';
import { reasonAdvice } from '../../src/disputes/dispute-reason.ts';
import { howItWasPaid, withoutTokens } from '../../src/disputes/evidence.ts';

const states = Object.keys(DISPUTE_STATES) as DisputeState[];
const NOW = new Date('2026-11-20T10:00:00Z');
const left = (dueBy: string, state: DisputeState = 'needs_response') => timeLeft({ state, dueBy }, NOW);

describe('the states of a dispute', () => {
  test('lead only to states that there are, and every state has words', () => {
    for (const state of states) {
      for (const next of DISPUTE_STATES[state].to) expect(states).toContain(next);
      expect(DISPUTE_STATE_WORDS[state].label).not.toBe('');
    }
  });

  test('a decision stands, unless it is appealed or turned; what was prevented is over', () => {
    expect(mayBecome('won', 'needs_response')).toBe(false);
    expect(mayBecome('lost', 'needs_response')).toBe(false);
    expect(mayBecome('lost', 'appeal_needs_response')).toBe(true);
    expect(states.filter((state) => mayBecome('prevented', state))).toEqual(['prevented']);
  });

  test('a word of the gateway that nobody knows is no state', () => {
    expect(stateOf({ status: undefined })).toBeUndefined();
    expect(stateOf({ status: 'appeal' })).toBe('appeal_needs_response');
  });
});

describe('the clock', () => {
  test.each([
    ['2026-11-27T14:00:00Z', '7 days 4 hours left', 'info'],
    ['2026-11-23T09:59:00Z', '2 days 23 hours left', 'warn'],
    ['2026-11-21T10:00:00Z', '1 day left', 'warn'],
    ['2026-11-20T15:30:00Z', '5 hours left', 'bad'],
    ['2026-11-20T10:00:30Z', '1 minute left', 'bad'],
    ['2026-11-20T10:00:00Z', 'Time is up', 'bad'],
  ])('until %s: %s', (dueBy, text, tone) => {
    expect(left(dueBy)).toEqual({ text, tone });
  });

  test('stands still once the bank has the answer, and what waits for the bank is listed last', () => {
    expect(left('2026-11-27T14:00:00Z', 'under_review')).toBeUndefined();
    const due = '2026-11-27T14:00:00.000Z';
    expect(dueKey('needs_response', due) < dueKey('under_review', due)).toBe(true);
  });
});

test('a disputed sum is shared among the documents in their order, as far as the payment settles them', () => {
  const rooms = [
    { payableId: 'a', roomMinor: 30 },
    { payableId: 'b', roomMinor: -5 },
    { payableId: 'c', roomMinor: 100 },
  ];
  expect(shareAmongDocuments(50, rooms)).toEqual([
    { payableId: 'a', amountMinor: 30 },
    { payableId: 'c', amountMinor: 20 },
  ]);
  expect(shareAmongDocuments(500, rooms).reduce((sum, share) => sum + share.amountMinor, 0)).toBe(130);
});

describe('how it was paid is told truly', () => {
  const letter = { kind: 'link', acceptedAt: '2026-11-20T10:00:00Z' };
  const told = (presence: string, more: object = {}) =>
    howItWasPaid({ tries: [{ presence, state: 'succeeded' }], letters: [], checks: undefined, ...more } as never);

  test('a card that was read out by phone has other evidence than one that was typed by its holder', () => {
    expect(told('phone')).toMatch(/read out by phone.*no 3-D Secure/);
    expect(told('phone')).not.toMatch(/security code/);
    expect(told('phone', { checks: { securityCode: 'pass' } })).toMatch(/knew its security code/);
    expect(told('nobody')).toMatch(/saved with the consent/);
  });

  test('a link was mailed only where a letter with it was accepted', () => {
    expect(told('payer')).not.toMatch(/mailed/);
    expect(told('payer', { letters: [{ ...letter, acceptedAt: '' }] })).not.toMatch(/mailed/);
    expect(told('payer', { letters: [letter] })).toMatch(/mailed to the customer/);
  });

  test('no right to pay leaves the house in a letter', () => {
    const text = 'Pay here: https://pay.example/pay/eyJhbGciOi.J9.x_-y\nand see https://pay.example/r/abc.';
    expect(withoutTokens(text)).toBe(
      'Pay here: https://pay.example/pay/[link removed]\nand see https://pay.example/r/[link removed]',
    );
  });
});

test('every reason is told in plain words, also one that nobody knows', () => {
  expect(reasonAdvice('fraudulent').advice).toMatch(/3-D Secure/);
  expect(reasonAdvice('some_new_reason')).toMatchObject({
    label: 'Some new reason',
    advice: expect.stringMatching(/\w/),
  });
  expect(reasonAdvice('constructor').label).toBe('Constructor');
});
