import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { invalid } from '../stripe-error.ts';
import { newDispute } from './dispute.ts';
import { moveDisputeMoney } from './move-dispute-money.ts';

export interface DisputeWanted {
  chargeId: string;
  /** The rest of the charge when it is not given. */
  amount?: number | undefined;
  reason: string;
  inquiry: boolean;
}

/** The card's bank disputes a charge: the money goes at once, unless it only asks. */
export function openDispute(call: Call, wanted: DisputeWanted): Stripe.Dispute {
  const charge = need(call, 'charge', wanted.chargeId, 'charge');
  if (!charge.paid || !charge.captured) throw invalid('This charge is not captured.', undefined, 'charge');
  const amount = wanted.amount ?? charge.amount - charge.amount_refunded;
  if (!(amount >= 1 && amount <= charge.amount)) throw invalid('Invalid amount', 'parameter_invalid_integer', 'amount');
  const opened = newDispute({ ...wanted, created: call.nowSeconds, charge, amount });
  const dispute = call.books.put('dispute', opened, {});
  const disputed = call.books.put('charge', { ...charge, disputed: true });
  call.emit('charge.dispute.created', dispute);
  call.emit('charge.updated', disputed, { disputed: charge.disputed });
  return wanted.inquiry ? dispute : moveDisputeMoney(call, dispute, 'out');
}

/** What the test card asks for, a moment after it has paid; nothing where all of it has been refunded by then. */
export function openDisputeOfCard(call: Call, chargeId: string): void {
  if (need(call, 'charge', chargeId, 'charge').refunded) return;
  const { dispute } = cardByNumber(call.books.hidden('charge', chargeId).number);
  if (dispute) openDispute(call, { chargeId, ...dispute });
}
