import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { readParams } from '../http/read-params.ts';
import { invalid } from '../stripe-error.ts';

/** POST /v1/payment_methods/:id/detach. It can never be used again. */
export function detachPaymentMethod(call: Call): Stripe.PaymentMethod {
  readParams(call.form, {});
  const method = need(call, 'payment_method', call.id, 'payment_method');
  if (!method.customer) {
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      'payment_method_unexpected_state',
      'payment_method',
    );
  }
  const hidden = call.books.hidden('payment_method', method.id);
  const detached = call.books.put('payment_method', { ...method, customer: null }, { ...hidden, spent: true });
  call.emit('payment_method.detached', detached, { customer: method.customer });
  return detached;
}
