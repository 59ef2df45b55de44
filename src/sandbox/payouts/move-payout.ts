import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { postBalance } from '../charges/post-balance.ts';
import { invalid } from '../stripe-error.ts';

/** What may become of a payout; even one that is paid may be sent back by the bank. */
const NEXT: Record<string, readonly string[]> = {
  pending: ['in_transit', 'paid', 'failed', 'canceled'],
  in_transit: ['paid', 'failed'],
  paid: ['failed'],
};

/** The bank answers about a payout, or it is taken back before it left. */
export function movePayout(
  call: Call,
  id: string,
  status: 'in_transit' | 'paid' | 'failed' | 'canceled',
): Stripe.Payout {
  const payout = need(call, 'payout', id, 'payout');
  if (!NEXT[payout.status]?.includes(status)) {
    throw invalid(`A payout that is ${payout.status} cannot become ${status}.`, 'payouts_not_allowed');
  }
  const gone = status === 'failed' || status === 'canceled';
  const moved = call.books.put('payout', {
    ...payout,
    status,
    ...(status === 'paid' ? { trace_id: { status: 'supported', value: `TRACE${payout.created}` } } : {}),
    ...(status === 'failed' ? FAILURE : {}),
    ...(gone ? { failure_balance_transaction: takeBack(call, payout, status).id } : {}),
  });
  call.emit(status === 'in_transit' ? 'payout.updated' : `payout.${status}`, moved, { status: payout.status });
  return moved;
}

const FAILURE = {
  failure_code: 'account_closed',
  failure_message: 'The bank account has been closed.',
};

function takeBack(call: Call, payout: Stripe.Payout, why: 'failed' | 'canceled'): Stripe.BalanceTransaction {
  return postBalance(call, {
    amount: payout.amount,
    fee: 0,
    currency: payout.currency,
    type: why === 'failed' ? 'payout_failure' : 'payout_cancel',
    reportingCategory: 'payout_reversal',
    source: payout.id,
    description: why === 'failed' ? 'PAYOUT FAILURE' : 'PAYOUT CANCEL',
    atOnce: true,
    exchanged: false,
  });
}

/** From now on the gateway says which movements an automatic payout pays out. */
export function reconcilePayout(call: Call, id: string): Stripe.Payout {
  const payout = need(call, 'payout', id, 'payout');
  if (payout.reconciliation_status !== 'in_progress') return payout;
  const done = call.books.put('payout', { ...payout, reconciliation_status: 'completed' });
  call.emit('payout.reconciliation_completed', done, { reconciliation_status: 'in_progress' });
  return done;
}
