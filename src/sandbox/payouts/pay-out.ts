import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { postBalance } from '../charges/post-balance.ts';
import { newId } from '../ids.ts';
import { invalid } from '../stripe-error.ts';

export interface PayoutWanted {
  currency: string;
  automatic: boolean;
  amount: number;
  description?: string | null;
  metadata?: Record<string, string>;
}

/** Takes the money out of the balance and sends it on its way; it has not left yet. */
export function sendPayout(call: Call, wanted: PayoutWanted): Stripe.Payout {
  const id = newId('po');
  const { amount, currency, automatic } = wanted;
  const transaction = postBalance(call, {
    amount: -amount,
    fee: 0,
    currency,
    type: 'payout',
    source: id,
    description: wanted.description ?? 'STRIPE PAYOUT',
    atOnce: true,
    exchanged: false,
  });
  const payout = call.books.put('payout', {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: Math.ceil(call.nowSeconds / 86_400) * 86_400,
    automatic,
    balance_transaction: transaction.id,
    created: call.nowSeconds,
    currency,
    description: wanted.description ?? (automatic ? 'STRIPE PAYOUT' : null),
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: wanted.metadata ?? {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  });
  call.emit('payout.created', payout);
  return payout;
}

/**
 * Pays out all that is available of a currency, and on demand what is pending still, as the gateway's schedule does.
 * `differBy` makes it pay another sum than its movements come to, which no gateway should.
 */
export function payOutAll(call: Call, wanted: { currency: string; pending: boolean; differBy: number }): Stripe.Payout {
  const due = call.books
    .list('balance_transaction', { equals: { currency: wanted.currency }, hidden: { payout: null } })
    .filter(({ available_on }) => wanted.pending || available_on <= call.nowSeconds);
  const amount = due.reduce((sum, { net }) => sum + net, 0) + wanted.differBy;
  if (amount <= 0) throw invalid(`There is nothing to pay out in ${wanted.currency}.`, 'balance_insufficient');
  const payout = sendPayout(call, { currency: wanted.currency, automatic: true, amount });
  const own = call.books.get('balance_transaction', String(payout.balance_transaction))!;
  for (const one of [...due, own]) {
    const available_on = Math.min(one.available_on, call.nowSeconds);
    call.books.put('balance_transaction', { ...one, available_on, status: 'available' }, { payout: payout.id });
  }
  return payout;
}
