import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { idOf } from '../ids.ts';
import { postRefundBalance } from './post-balance.ts';

/** What becomes of a refund later: it arrives, or the card's bank sends it back. */
export function settleRefund(call: Call, refundId: string): void {
  const refund = need(call, 'refund', refundId);
  const { fate } = call.books.hidden('refund', refundId);
  if (fate === 'succeeds') {
    const done = call.books.put('refund', { ...refund, status: 'succeeded' }, {});
    call.emit('refund.updated', done, { status: refund.status });
  }
  if (fate === 'fails') failRefund(call, refund);
}

function failRefund(call: Call, refund: Stripe.Refund): void {
  const failed: Stripe.Refund = {
    ...refund,
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: postRefundBalance(call, refund, 'back'),
  };
  call.books.put('refund', failed, {});
  const charge = need(call, 'charge', idOf(refund.charge)!);
  call.books.put('charge', { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false });
  call.emit('refund.updated', failed, { status: refund.status });
  call.emit('refund.failed', failed, { status: refund.status });
}
