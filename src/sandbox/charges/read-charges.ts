import type { Call } from '../call.ts';
import { need } from '../call.ts';
import { PAGE, pageOf } from '../http/list-page.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';

/** GET /v1/charges */
export function listCharges(call: Call) {
  const params = readParams(call.form, { ...PAGE, customer: 'string', payment_intent: 'string' });
  return pageOf(call, 'charge', params, { customer: params.customer, payment_intent: params.payment_intent });
}

/** GET /v1/refunds */
export function listRefunds(call: Call) {
  const params = readParams(call.form, { ...PAGE, charge: 'string', payment_intent: 'string' });
  return pageOf(call, 'refund', params, { charge: params.charge, payment_intent: params.payment_intent });
}

/** POST /v1/refunds/:id */
export function updateRefund(call: Call) {
  const { metadata } = readParams(call.form, { metadata: 'map' });
  const refund = need(call, 'refund', call.id, 'refund');
  return call.books.put('refund', { ...refund, metadata: mergeMetadata(refund.metadata ?? {}, metadata) });
}

/** GET /v1/balance_transactions */
export function listBalanceTransactions(call: Call) {
  const params = readParams(call.form, {
    ...PAGE,
    type: 'string',
    source: 'string',
    currency: 'string',
    payout: 'string',
  });
  const { type, source, currency, payout } = params;
  return pageOf(call, 'balance_transaction', params, { type, source, currency }, { payout });
}
