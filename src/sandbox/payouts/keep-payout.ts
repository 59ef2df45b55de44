import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { readBalance } from '../charges/read-balance.ts';
import { PAGE, pageOf } from '../http/list-page.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';
import { invalid, missingParam } from '../stripe-error.ts';
import { movePayout } from './move-payout.ts';
import { sendPayout } from './pay-out.ts';

/** POST /v1/payouts: one made by hand, of what is available. */
export function createPayout(call: Call): Stripe.Payout {
  const params = readParams(call.form, {
    amount: 'integer',
    currency: 'string',
    description: 'string',
    destination: 'string',
    metadata: 'map',
    method: ['standard', 'instant'],
    source_type: ['bank_account', 'card', 'fpx'],
    statement_descriptor: 'string',
  });
  const { amount } = params;
  if (amount === undefined) throw missingParam('amount');
  if (!params.currency) throw missingParam('currency');
  if (amount < 1) throw invalid('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  const currency = params.currency.toLowerCase();
  const available = readBalance({ ...call, form: {} }).available.find((one) => one.currency === currency)?.amount ?? 0;
  if (amount > available) {
    throw invalid(
      'You have insufficient funds in your Stripe account for this transfer.',
      'balance_insufficient',
      'amount',
    );
  }
  const { description, metadata } = params;
  return sendPayout(call, {
    currency,
    automatic: false,
    amount,
    description: description || null,
    metadata: metadata || {},
  });
}

/** GET /v1/payouts */
export function listPayouts(call: Call) {
  const params = readParams(call.form, {
    ...PAGE,
    arrival_date: 'opaque',
    destination: 'string',
    status: ['pending', 'in_transit', 'paid', 'failed', 'canceled'],
  });
  return pageOf(call, 'payout', params, { status: params.status || undefined });
}

/** POST /v1/payouts/:id */
export function updatePayout(call: Call): Stripe.Payout {
  const { metadata } = readParams(call.form, { metadata: 'map' });
  const payout = need(call, 'payout', call.id, 'payout');
  return call.books.put('payout', { ...payout, metadata: mergeMetadata(payout.metadata ?? {}, metadata) });
}

/** POST /v1/payouts/:id/cancel */
export function cancelPayout(call: Call): Stripe.Payout {
  readParams(call.form, {});
  return movePayout(call, call.id, 'canceled');
}
