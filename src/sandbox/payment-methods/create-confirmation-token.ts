import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { need } from '../call.ts';
import type { CardDetails } from '../check-card.ts';
import type { Shape } from '../http/read-params.ts';
import { readParams } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { missingParam } from '../stripe-error.ts';
import { cardOfAlias, cardOfData, METHOD_DATA } from './method-data.ts';
import { type AllowRedisplay, billingDetails, cardFace } from './payment-method.ts';

/** A token that nobody has used by then is void (docs.stripe.com/api/confirmation_tokens). */
const LIFE_SECONDS = 12 * 3600;

const SHAPE = {
  payment_method: 'string',
  payment_method_data: METHOD_DATA,
  payment_method_options: 'opaque',
  return_url: 'string',
  setup_future_usage: ['off_session', 'on_session'],
  shipping: 'opaque',
  use_stripe_sdk: 'boolean',
  mandate_data: 'opaque',
  client_context: 'opaque',
} as const satisfies Shape;

/** POST /v1/confirmation_tokens (the card fields) and /v1/test_helpers/confirmation_tokens (a server's tests). */
export function createConfirmationToken(call: Call): Stripe.ConfirmationToken {
  const params = readParams(call.form, SHAPE);
  const { card, billing, allowRedisplay } = tokenSource(call, params.payment_method, params.payment_method_data);
  const token: Stripe.ConfirmationToken = {
    id: newId('ctoken'),
    object: 'confirmation_token',
    created: call.nowSeconds,
    expires_at: call.nowSeconds + LIFE_SECONDS,
    livemode: false,
    mandate_data: null,
    metadata: null,
    payment_intent: null,
    payment_method_options: null,
    payment_method_preview: {
      allow_redisplay: allowRedisplay,
      billing_details: billing,
      card: cardFace(card, billing),
      customer: null,
      customer_account: null,
      type: 'card',
    },
    return_url: params.return_url || null,
    setup_future_usage: params.setup_future_usage || null,
    setup_intent: null,
    shipping: null,
    use_stripe_sdk: params.use_stripe_sdk ?? call.byPublishableKey,
  };
  return call.books.put('confirmation_token', token, { number: card.number });
}

type Data = NonNullable<ReturnType<typeof readParams<typeof SHAPE>>['payment_method_data']>;

function tokenSource(
  call: Call,
  methodId: string | undefined,
  data: Data | undefined,
): { card: CardDetails; billing: Stripe.PaymentMethod.BillingDetails; allowRedisplay: AllowRedisplay } {
  const billing = billingDetails(data?.billing_details);
  const allowRedisplay = data?.allow_redisplay || 'unspecified';
  if (!methodId) {
    if (!data) throw missingParam('payment_method_data');
    return { card: cardOfData(data, { ...call, prefix: 'payment_method_data[' }), billing, allowRedisplay };
  }
  if (methodId.startsWith('pm_card_')) return { card: cardOfAlias(methodId, call.nowSeconds), billing, allowRedisplay };
  const method = need(call, 'payment_method', methodId, 'payment_method');
  const { number } = call.books.hidden('payment_method', methodId);
  const { exp_month, exp_year } = method.card!;
  return {
    card: { number, expMonth: exp_month, expYear: exp_year, cvc: '123' },
    billing: method.billing_details,
    allowRedisplay: method.allow_redisplay as AllowRedisplay,
  };
}
