import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { invalid } from '../stripe-error.ts';
import { chargeIntent, failIntent } from './charge-intent.ts';

/** The bank answers about a payment in `processing`: as the card does, or a refusal. */
export function settleProcessing(call: Call, intentId: string, outcome: 'succeed' | 'fail'): Stripe.PaymentIntent {
  const intent = need(call, 'payment_intent', intentId);
  const { pending } = call.books.hidden('payment_intent', intentId);
  if (intent.status !== 'processing' || !pending) throw invalid(`The payment intent is ${intent.status}.`);
  if (outcome === 'succeed') return chargeIntent(call, intent, pending);
  return failIntent(call, intent, pending, {
    code: 'card_declined',
    declineCode: 'generic_decline',
    advice: 'try_again_later',
  });
}
