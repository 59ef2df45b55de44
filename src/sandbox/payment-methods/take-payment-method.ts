import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { invalid } from '../stripe-error.ts';
import { keepPaymentMethod } from './create-payment-method.ts';
import { cardOfAlias } from './method-data.ts';

/** The payment method that a request names, if it may be used for this customer. */
export function takePaymentMethod(call: Call, id: string, customer: string | undefined): Stripe.PaymentMethod {
  if (id.startsWith('pm_card_')) return keepPaymentMethod(call, cardOfAlias(id, call.nowSeconds));
  const method = need(call, 'payment_method', id, 'payment_method');
  if (method.customer && !customer) {
    throw invalid(
      'The payment method you provided is attached to a customer so for security purposes you must provide the customer in the request.',
      undefined,
      'payment_method',
    );
  }
  if (method.customer && method.customer !== customer) {
    const message = `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`;
    throw invalid(message, 'resource_missing', 'payment_method');
  }
  if (call.books.hidden('payment_method', id).spent) throw spent();
  return method;
}

/** What is said about a payment method that was used without being saved, or was detached. */
export function spent() {
  return invalid(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    'payment_method_unexpected_state',
    'payment_method',
  );
}
