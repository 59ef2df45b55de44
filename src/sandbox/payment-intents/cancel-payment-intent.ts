import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { readParams } from '../http/read-params.ts';
import { idOf } from '../ids.ts';
import { findIntent, refuseUnless } from './find-intent.ts';

const CANCELABLE = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];

/** POST /v1/payment_intents/:id/cancel. What was only reserved is released. */
export function cancelPaymentIntent(call: Call): Stripe.PaymentIntent {
  const { cancellation_reason } = readParams(call.form, {
    cancellation_reason: ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'],
  });
  const before = findIntent(call);
  refuseUnless(before, 'cancel', CANCELABLE);
  if (before.status === 'requires_capture') releaseCharge(call, idOf(before.latest_charge)!);
  const { confirms } = call.books.hidden('payment_intent', before.id);
  const canceled: Stripe.PaymentIntent = {
    ...before,
    status: 'canceled',
    canceled_at: call.nowSeconds,
    cancellation_reason: cancellation_reason || null,
    amount_capturable: 0,
    next_action: null,
  };
  call.books.put('payment_intent', canceled, confirms === undefined ? {} : { confirms });
  call.emit('payment_intent.canceled', canceled);
  return canceled;
}

function releaseCharge(call: Call, chargeId: string): void {
  const charge = need(call, 'charge', chargeId);
  const released = { ...charge, refunded: true, amount_refunded: charge.amount };
  call.books.put('charge', released);
  call.emit('charge.refunded', released, { amount_refunded: 0, refunded: false });
}
