import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { readParams } from '../http/read-params.ts';
import { declineError } from '../payment-intents/decline-error.ts';
import { invalid, missingParam } from '../stripe-error.ts';
import { keepPaymentMethod } from './create-payment-method.ts';
import { cardOfAlias } from './method-data.ts';
import { spent } from './take-payment-method.ts';

/** POST /v1/payment_methods/:id/attach */
export function attachPaymentMethod(call: Call): Stripe.PaymentMethod {
  const { customer } = readParams(call.form, { customer: 'string' });
  if (!customer) throw missingParam('customer');
  need(call, 'customer', customer, 'customer');
  const method = call.id.startsWith('pm_card_')
    ? keepPaymentMethod(call, cardOfAlias(call.id, call.nowSeconds))
    : need(call, 'payment_method', call.id, 'payment_method');
  if (method.customer === customer) return method;
  if (method.customer) {
    const message = 'The payment method you provided has already been attached to a customer.';
    throw invalid(message, 'payment_method_unexpected_state');
  }
  const hidden = call.books.hidden('payment_method', method.id);
  if (hidden.spent) throw spent();
  const { decline, savable } = cardByNumber(hidden.number);
  if (decline && !savable) throw declineError(decline, {});
  return attachTo(call, method, customer);
}

/** Gives the card to the customer and says so. */
export function attachTo(call: Call, method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
  const attached = { ...method, customer };
  call.books.put('payment_method', attached);
  call.emit('payment_method.attached', attached);
  return attached;
}
