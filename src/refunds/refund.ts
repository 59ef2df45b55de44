/**
 * The states of a refund and where each may go: the one table. What is `gone` no longer counts as left of what it gives
 * back of, though it has not arrived yet.
 */
export const REFUND_STATES = {
  /** Written and promised, not sent yet. */
  reserved: { gone: true, to: ['sent', 'pending', 'succeeded', 'failed', 'cancelled'] },
  /** On its way to the gateway, or its outcome unknown. */
  sent: { gone: true, to: ['pending', 'succeeded', 'failed', 'cancelled'] },
  /** The gateway has it and is at work. */
  pending: { gone: true, to: ['succeeded', 'failed', 'cancelled'] },
  /** Given back and booked. A card's bank may send it back even then. */
  succeeded: { gone: true, to: ['failed', 'cancelled'] },
  /** It did not arrive: the money is here again. */
  failed: { gone: false, to: [] },
  cancelled: { gone: false, to: [] },
} as const satisfies Record<string, { gone: boolean; to: readonly string[] }>;

export type RefundState = keyof typeof REFUND_STATES;

export const GONE_STATES = (Object.keys(REFUND_STATES) as RefundState[]).filter((state) => REFUND_STATES[state].gone);

/** The states from which one may come to this one. */
export function refundStatesBefore(state: RefundState): RefundState[] {
  return (Object.keys(REFUND_STATES) as RefundState[]).filter((from) =>
    (REFUND_STATES[from].to as readonly string[]).includes(state),
  );
}

/** True for a refund that came to nothing, for good. */
export function isOver(state: RefundState): boolean {
  return !REFUND_STATES[state].gone;
}

export type RefundMethod = 'card' | 'cash' | 'cheque' | 'transfer';

/** Money given back. Sums in whole minor units. */
export interface Refund {
  id: string;
  method: RefundMethod;
  state: RefundState;
  customerId: string;
  /** The deposit that it gives back of. */
  payableId: string;
  /** The payment whose card gets it; undefined for what is given back by hand. */
  paymentId: string | undefined;
  accountId: string | undefined;
  currency: string;
  amountMinor: number;
  gatewayRef: string | undefined;
  /** How often the gateway answered *create* without making it; the next try goes under another idempotency key. */
  createTries: number;
  /** Since when the gateway answers under this key that it broke, done or not. */
  brokeAt: string | undefined;
  reference: string;
  createdBy: string | undefined;
  createdAt: string;
}

/** A card payment into the deposit, and how much of it may still go back to its card. */
export interface RefundableCard {
  paymentId: string;
  accountId: string;
  brand: string;
  last4: string;
  roomMinor: number;
  /** Its bank has sent a refund back because the card takes no money any more. */
  closed: boolean;
}

/** What may be given back of a deposit, and on which ways. */
export interface RefundRoom {
  leftMinor: number;
  /** The cards that paid: those that take money first, then the first payment first. */
  cards: RefundableCard[];
  cardMinor: number;
  /** What may be given back by hand: what no card has paid, and what closed cards have. */
  byHandMinor: number;
}

export function refundRoom(leftMinor: number, paidBy: readonly RefundableCard[]): RefundRoom {
  const takers = paidBy.filter((card) => !card.closed);
  const cards = [...takers, ...paidBy.filter((card) => card.closed)];
  const upTo = (some: readonly RefundableCard[]) =>
    Math.min(
      leftMinor,
      some.reduce((sum, card) => sum + card.roomMinor, 0),
    );
  return { leftMinor, cards, cardMinor: upTo(cards), byHandMinor: leftMinor - upTo(takers) };
}

/** Which card gets how much, in their order; the sum fits the room. */
export function shareAmongCards(
  amountMinor: number,
  cards: readonly RefundableCard[],
): Array<{ card: RefundableCard; amountMinor: number }> {
  let restMinor = amountMinor;
  const shares = cards.map((card) => {
    const shareMinor = Math.min(card.roomMinor, restMinor);
    restMinor -= shareMinor;
    return { card, amountMinor: shareMinor };
  });
  return shares.filter((share) => share.amountMinor > 0);
}

const GIVE_ANOTHER_WAY = 'The money is held again: give it back in another way.';
const DISPUTED = {
  why: 'The payment is disputed.',
  advice: 'Give nothing back before the dispute is decided: if the customer wins it, the bank pays them.',
};
const BALANCE_TOO_LOW = {
  why: 'The balance at the gateway does not cover it.',
  advice: 'The money is held again: refund it to the card once the balance covers it.',
};

/**
 * Why a refund did not arrive, and what to do, so that nobody is paid twice; codes of docs.stripe.com/refunds#failed-refunds
 * and docs.stripe.com/error-codes. Only those that are `closed` say that the card takes no money any more.
 */
const FAILURES: Record<string, { why: string; advice?: string; closed?: true }> = {
  lost_or_stolen_card: { why: 'The card was reported lost or stolen.', advice: GIVE_ANOTHER_WAY, closed: true },
  expired_or_canceled_card: { why: 'The card has expired or was closed.', advice: GIVE_ANOTHER_WAY, closed: true },
  declined: { why: 'The bank of the card refused it.', advice: GIVE_ANOTHER_WAY, closed: true },
  insufficient_funds: BALANCE_TOO_LOW,
  balance_insufficient: BALANCE_TOO_LOW,
  merchant_request: {
    why: 'It was cancelled at the gateway.',
    advice: 'The money is held again: ask who cancelled it and why before it is refunded anew.',
  },
  charge_for_pending_refund_disputed: DISPUTED,
  charge_disputed: DISPUTED,
  charge_already_refunded: {
    why: 'The payment has been refunded already, perhaps at the gateway.',
    advice: 'The customer may have the money: give nothing back before you have seen the payment at the gateway.',
  },
  resource_missing: { why: 'The gateway does not know the payment.' },
};

/** The codes after which what the card has paid may be given back by hand. */
export const CLOSED_CARD_CODES = Object.keys(FAILURES).filter((code) => FAILURES[code]?.closed);

export function failureText(code: string | undefined): string {
  if (!code || code === 'unknown') return 'The gateway gave no reason.';
  return FAILURES[code]?.why ?? `The gateway says: ${code.replaceAll('_', ' ')}.`;
}

/** What to do with the money of a refund that did not arrive, as a sentence. */
export function failureAdvice(code: string | undefined): string {
  return (
    FAILURES[code ?? '']?.advice ??
    'Look at the payment at the gateway before anything is given back again, so that nobody is paid twice.'
  );
}
