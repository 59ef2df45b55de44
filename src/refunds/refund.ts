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
}

/** What may be given back of a deposit, and on which ways. */
export interface RefundRoom {
  leftMinor: number;
  /** The cards that paid, the first payment first. */
  cards: RefundableCard[];
  cardMinor: number;
  /** What may be given back by hand: what no card has paid, and all once a card's bank has sent a refund back. */
  byHandMinor: number;
}

export function refundRoom(leftMinor: number, cards: RefundableCard[], cardFailed: boolean): RefundRoom {
  const paidByCardMinor = cards.reduce((sum, card) => sum + card.roomMinor, 0);
  const cardMinor = Math.min(leftMinor, paidByCardMinor);
  return { leftMinor, cards, cardMinor, byHandMinor: cardFailed ? leftMinor : leftMinor - cardMinor };
}

/** Which card gets how much, the first payment first; the sum fits the room. */
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

/** Why a refund did not arrive, in words; codes of docs.stripe.com/refunds#failed-refunds and docs.stripe.com/error-codes. */
const FAILURES: Record<string, string> = {
  lost_or_stolen_card: 'The card was reported lost or stolen.',
  expired_or_canceled_card: 'The card has expired or was closed.',
  declined: 'The bank of the card refused it.',
  insufficient_funds: 'The balance at the gateway does not cover it.',
  merchant_request: 'It was cancelled at the gateway.',
  charge_for_pending_refund_disputed: 'The payment is disputed.',
  charge_already_refunded: 'The payment has been refunded already, perhaps at the gateway.',
  charge_disputed: 'The payment is disputed.',
  resource_missing: 'The gateway does not know the payment.',
};

export function failureText(code: string | undefined): string {
  if (!code || code === 'unknown') return 'The gateway gave no reason.';
  return FAILURES[code] ?? `The gateway says: ${code.replaceAll('_', ' ')}.`;
}
