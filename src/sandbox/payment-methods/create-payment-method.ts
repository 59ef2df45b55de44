import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import type { CardDetails } from '../check-card.ts';
import { readParams } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { cardOfData, METHOD_DATA } from './method-data.ts';
import { type AllowRedisplay, billingDetails, newPaymentMethod } from './payment-method.ts';

/** POST /v1/payment_methods */
export function createPaymentMethod(call: Call): Stripe.PaymentMethod {
  const params = readParams(call.form, { ...METHOD_DATA, client_secret: 'string' });
  const card = cardOfData(params, { ...call, prefix: '' });
  return keepPaymentMethod(call, card, {
    billing: billingDetails(params.billing_details),
    allowRedisplay: params.allow_redisplay || 'unspecified',
    metadata: params.metadata || {},
  });
}

/** Writes a new payment method for this card. */
export function keepPaymentMethod(
  call: Call,
  card: CardDetails,
  more: {
    billing?: Stripe.PaymentMethod.BillingDetails;
    allowRedisplay?: AllowRedisplay;
    metadata?: Record<string, string>;
  } = {},
): Stripe.PaymentMethod {
  const method = newPaymentMethod({
    id: newId('pm'),
    created: call.nowSeconds,
    card,
    billing: more.billing ?? billingDetails(),
    allowRedisplay: more.allowRedisplay ?? 'unspecified',
    metadata: more.metadata ?? {},
  });
  return call.books.put('payment_method', method, { number: card.number, cvcGiven: card.cvc !== undefined });
}
