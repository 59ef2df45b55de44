import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { postChargeBalance } from '../charges/post-balance.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';
import { idOf } from '../ids.ts';
import { invalid } from '../stripe-error.ts';
import { findIntent, refuseUnless } from './find-intent.ts';

/** POST /v1/payment_intents/:id/capture. Once; what is not captured is released. */
export function capturePaymentIntent(call: Call): Stripe.PaymentIntent {
  const params = readParams(call.form, { amount_to_capture: 'integer', metadata: 'map' });
  const before = findIntent(call);
  refuseUnless(before, 'capture', ['requires_capture']);
  const amount = params.amount_to_capture ?? before.amount_capturable;
  if (amount < 1 || amount > before.amount_capturable) {
    throw invalid('The amount to capture must be between 1 and the amount capturable.', undefined, 'amount_to_capture');
  }
  const charge = need(call, 'charge', idOf(before.latest_charge)!);
  const released = charge.amount - amount;
  const captured: Stripe.Charge = { ...charge, captured: true, amount_captured: amount, amount_refunded: released };
  call.books.put('charge', captured);
  postChargeBalance(call, charge.id, { announce: false });
  const intent: Stripe.PaymentIntent = {
    ...before,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
    metadata: mergeMetadata(before.metadata, params.metadata),
  };
  call.books.put('payment_intent', intent);
  call.emit('charge.captured', need(call, 'charge', charge.id));
  call.emit('payment_intent.succeeded', intent);
  return intent;
}
