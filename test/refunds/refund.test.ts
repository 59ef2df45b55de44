import { describe, expect, test } from '@jest/globals';
import {
  CLOSED_CARD_CODES,
  failureAdvice,
  failureText,
  REFUND_STATES,
  refundRoom,
  refundStatesBefore,
  shareAmongCards,
} from '../../src/refunds/refund.ts';

const card = (paymentId: string, roomMinor: number, closed = false) => ({
  paymentId,
  accountId: 'acc',
  brand: 'visa',
  last4: '4242',
  roomMinor,
  closed,
});

describe('how money of a deposit may be given back', () => {
  test('by card what cards have paid, by hand what no card has paid', () => {
    expect(refundRoom(100, [card('a', 70)])).toMatchObject({ cardMinor: 70, byHandMinor: 30 });
    expect(refundRoom(100, [])).toMatchObject({ cardMinor: 0, byHandMinor: 100 });
  });

  test('what was applied meanwhile leaves the card the first right to what is left', () => {
    expect(refundRoom(40, [card('a', 70)])).toMatchObject({ cardMinor: 40, byHandMinor: 0 });
  });

  test('by hand also what a closed card has paid, and never what another card has', () => {
    expect(refundRoom(100, [card('a', 70, true)])).toMatchObject({ cardMinor: 70, byHandMinor: 100 });
    const two = [card('a', 70, true), card('b', 30)];
    expect(refundRoom(100, two)).toMatchObject({ cardMinor: 100, byHandMinor: 70 });
    expect(refundRoom(40, two)).toMatchObject({ cardMinor: 40, byHandMinor: 10 });
    expect(refundRoom(30, two)).toMatchObject({ cardMinor: 30, byHandMinor: 0 });
  });

  test('a card that takes money comes before one that is closed', () => {
    const { cards } = refundRoom(100, [card('a', 70, true), card('b', 30)]);
    expect(cards.map((one) => one.paymentId)).toEqual(['b', 'a']);
  });

  test('to several cards in the order of their payments, to each at most what it paid', () => {
    const shares = shareAmongCards(90, [card('a', 70), card('b', 30), card('c', 10)]);
    expect(shares.map((share) => [share.card.paymentId, share.amountMinor])).toEqual([
      ['a', 70],
      ['b', 20],
    ]);
  });
});

describe('the states of a refund', () => {
  test('what failed, was cancelled, declined or withdrawn is over; all else is gone, and may still fail once sent', () => {
    for (const [state, { gone, to }] of Object.entries(REFUND_STATES)) {
      expect(gone).toBe(!['failed', 'cancelled', 'declined', 'withdrawn'].includes(state));
      expect((to as readonly string[]).includes('failed')).toBe(gone && state !== 'waiting');
    }
    expect(refundStatesBefore('sent')).toEqual(['reserved']);
  });

  test('a failure is told in words, also one that is not known', () => {
    expect(failureText('expired_or_canceled_card')).toBe('The card has expired or was closed.');
    expect(failureText('moon_in_the_way')).toBe('The gateway says: moon in the way.');
    expect(failureText(undefined)).toBe('The gateway gave no reason.');
  });

  test('only after what says that the card takes no money any more is another way advised', () => {
    for (const code of CLOSED_CARD_CODES) expect(failureAdvice(code)).toContain('give it back in another way');
    const others = ['charge_already_refunded', 'charge_disputed', 'insufficient_funds', 'moon_in_the_way', undefined];
    for (const code of others) expect(failureAdvice(code)).not.toContain('another way');
    expect(failureAdvice('charge_already_refunded')).toContain('give nothing back before');
    expect(failureAdvice('constructor')).toContain('nobody is paid twice');
  });
});
