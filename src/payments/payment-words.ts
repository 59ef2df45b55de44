import type { Decline, MovementMeaning } from '../gateway/gateway.ts';
import type { AttemptState } from './attempt.ts';
import { DECLINE_LABELS } from './decline-labels.ts';
import { PAYMENT_STATE_WORDS, type PaymentState } from './payment.ts';

/** How methods and ways in are called in the office. */
export const METHODS = { card: 'Card', cash: 'Cash', cheque: 'Cheque', transfer: 'Bank transfer' };
export const CHANNELS = { link: 'Payment link', office: 'Office' };

/** How what moved the balance at the gateway is called. */
export const MOVEMENT_WORDS: Record<MovementMeaning, string> = {
  charge: 'Charge',
  refund: 'Refund',
  dispute: 'Dispute',
  fee: 'Fee',
  payout: 'Payout',
  other: 'Adjustment',
};

/** A payment that waits after a decline is told apart from one that nobody has tried to pay, and one that went back. */
export function badgeOf({
  state,
  attempt,
  amountMinor,
  refundedMinor,
}: {
  state: PaymentState;
  attempt: { state: AttemptState } | undefined;
  amountMinor: number;
  /** What of it has been given back; whole minor units, as the sum itself. */
  refundedMinor: number;
}) {
  if (state === 'ready' && attempt?.state === 'declined') return { tone: 'bad', text: 'Declined' };
  if (state === 'paid' && refundedMinor > 0) {
    return refundedMinor < amountMinor
      ? { tone: 'part', text: 'Partially refunded' }
      : { tone: 'muted', text: 'Refunded' };
  }
  return { tone: PAYMENT_STATE_WORDS[state].tone, text: PAYMENT_STATE_WORDS[state].label };
}

/** "Not enough money (insufficient_funds)": in words for people, and the gateway's code for whoever looks it up. */
export function declineText({
  declineCategory,
  declineCode,
}: {
  declineCategory: string | undefined;
  declineCode: string | undefined;
}): string {
  const label = declineCategory ? DECLINE_LABELS[declineCategory as Decline['category']]?.label : undefined;
  return `${label ?? declineCategory ?? 'Declined'}${declineCode ? ` (${declineCode})` : ''}`;
}
