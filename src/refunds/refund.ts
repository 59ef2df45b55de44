import { CREDIT_REASONS, type CreditReason } from '../invoices/credit-note.ts';

/**
 * The states of a refund and where each may go: the one table. What is `gone` no longer counts as left of what it gives
 * back of, though it has not arrived yet.
 */
export const REFUND_STATES = {
  /** Above the sum that one person may give back alone: nothing is sent before a second one agrees. */
  waiting: { gone: true, to: ['reserved', 'declined', 'withdrawn'] },
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
  /** The second person did not agree. */
  declined: { gone: false, to: [] },
  /** Whoever asked for it thought better of it. */
  withdrawn: { gone: false, to: [] },
} as const satisfies Record<string, { gone: boolean; to: readonly string[] }>;

export type RefundState = keyof typeof REFUND_STATES;

export const GONE_STATES = (Object.keys(REFUND_STATES) as RefundState[]).filter((state) => REFUND_STATES[state].gone);
/** Promised, but not booked: what it gives back of does not know of it yet. */
export const UNBOOKED_STATES = GONE_STATES.filter((state) => state !== 'succeeded');

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

/** What becomes of a settled claim whose money goes back. */
export const CLAIM_OUTCOMES = ['owed-again', 'claim-reduced'] as const;
export type ClaimOutcome = (typeof CLAIM_OUTCOMES)[number];

/** Which part of a refund is of which document. Whole minor units. */
export interface RefundLine {
  payableId: string;
  amountMinor: number;
  /** Out of what is held of a deposit; or of a settled claim, which is owed again or lowered by a credit note. */
  outcome: 'deposit' | ClaimOutcome;
  /** The allocation that took the payment's part back, once it is booked. */
  allocationId: string | undefined;
}

/** Reasons for giving back, as staff choose them; a dispute gives back by itself. */
export const REFUND_REASONS: ReadonlyArray<{ value: CreditReason; label: string }> = (
  Object.entries(CREDIT_REASONS) as Array<[CreditReason, string]>
)
  .filter(([value]) => value !== 'dispute')
  .map(([value, label]) => ({ value, label }));

/** Money given back. Sums in whole minor units. */
export interface Refund {
  id: string;
  method: RefundMethod;
  state: RefundState;
  /** Ordered here, or found at the gateway. */
  origin: 'office' | 'gateway';
  customerId: string;
  /** Of what it gives back; none while nobody has said what one that was found at the gateway was for. */
  lines: RefundLine[];
  /** The payment that it gives back of; undefined for what is given back by hand of a deposit. */
  paymentId: string | undefined;
  /** The account whose gateway sends it; undefined for what is given back by hand. */
  accountId: string | undefined;
  currency: string;
  amountMinor: number;
  gatewayRef: string | undefined;
  /** How often the gateway answered *create* without making it; the next try goes under another idempotency key. */
  createTries: number;
  /** Since when the gateway answers under this key that it broke. */
  brokeAt: string | undefined;
  reference: string;
  submissionId: string;
  reasonKind: CreditReason;
  /** In words, for colleagues. */
  reason: string;
  createdBy: string | undefined;
  createdAt: string;
  sentAt: string | undefined;
  settledAt: string | undefined;
  endedAt: string | undefined;
  failure: string | undefined;
  failureCode: string | undefined;
  /** Who approved, declined or withdrew it, or said what one that was found at the gateway was for. */
  decision: { by: string; at: string; reason: string } | undefined;
}

/** True for a refund that was found at the gateway and of which nobody has said what it was for. */
export function isUnexplained({ origin, state, lines }: Pick<Refund, 'origin' | 'state' | 'lines'>): boolean {
  return origin === 'gateway' && lines.length === 0 && !isOver(state);
}

/** The case of a refund that was found at the gateway. */
export function elsewhereKey(gatewayRef: string): string {
  return `refund-elsewhere-${gatewayRef}`;
}

/** How the number of a refund's receipt is written everywhere: RF-000042. */
export function refundNumber(number: number): string {
  return `RF-${String(number).padStart(6, '0')}`;
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

const GIVE_ANOTHER_WAY = 'The money is here again: give it back in another way.';
const DISPUTED = {
  why: 'The payment is disputed.',
  advice: 'Give nothing back before the dispute is decided: if the customer wins it, the bank pays them.',
};
const BALANCE_TOO_LOW = {
  why: 'The balance at the gateway does not cover it.',
  advice: 'The money is here again: refund it to the card once the balance covers it.',
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
    advice: 'The money is here again: ask who cancelled it and why before it is refunded anew.',
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
