import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { chargeIntent, failIntent } from './charge-intent.ts';

/** What the payer did on the challenge page. Nothing changes when the intent no longer waits for it. */
export function finishChallenge(call: Call, intentId: string, passed: boolean): Stripe.PaymentIntent {
  const intent = need(call, 'payment_intent', intentId);
  const { pending } = call.books.hidden('payment_intent', intentId);
  if (intent.status !== 'requires_action' || !pending) return intent;
  if (passed) return chargeIntent(call, intent, { ...pending, authenticated: true });
  return failIntent(call, intent, pending, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    payment_method: need(call, 'payment_method', pending.method),
  });
}
