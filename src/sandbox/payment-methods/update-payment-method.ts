import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';
import { BILLING } from './method-data.ts';
import { billingDetails } from './payment-method.ts';

/** POST /v1/payment_methods/:id */
export function updatePaymentMethod(call: Call): Stripe.PaymentMethod {
  const params = readParams(call.form, {
    allow_redisplay: ['always', 'limited', 'unspecified'],
    billing_details: BILLING,
    card: { exp_month: 'integer', exp_year: 'integer' },
    metadata: 'map',
  });
  const before = need(call, 'payment_method', call.id, 'payment_method');
  const after: Stripe.PaymentMethod = {
    ...before,
    allow_redisplay: params.allow_redisplay || (before.allow_redisplay ?? 'unspecified'),
    billing_details: params.billing_details ? billingDetails(params.billing_details) : before.billing_details,
    card: { ...before.card!, ...params.card },
    metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
  };
  call.books.put('payment_method', after);
  call.emit('payment_method.updated', after, { allow_redisplay: before.allow_redisplay, metadata: before.metadata });
  return after;
}
