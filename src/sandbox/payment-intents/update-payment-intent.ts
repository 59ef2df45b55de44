import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';
import { idOf } from '../ids.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';
import { checkAmount } from './check-amount.ts';
import { findIntent, refuseUnless } from './find-intent.ts';
import { checkDescriptor, checkMethodChoice, INTENT } from './intent-params.ts';

/** May be changed whatever became of the intent. */
const ALWAYS = new Set(['metadata', 'description', 'receipt_email', 'expand']);
const CHANGEABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** POST /v1/payment_intents/:id */
export function updatePaymentIntent(call: Call): Stripe.PaymentIntent {
  const params = readParams(call.form, INTENT);
  const before = findIntent(call);
  if (Object.keys(call.form).some((name) => !ALWAYS.has(name))) refuseUnless(before, 'update', CHANGEABLE);
  checkMethodChoice(params);
  checkDescriptor(params);
  const amount = params.amount ?? before.amount;
  const currency = params.currency?.toLowerCase() ?? before.currency;
  checkAmount(amount, currency);
  if (params.customer) need(call, 'customer', params.customer, 'customer');
  const customer = params.customer === undefined ? before.customer : params.customer || null;
  const method = params.payment_method ? takePaymentMethod(call, params.payment_method, idOf(customer)) : undefined;
  const after: Stripe.PaymentIntent = {
    ...before,
    amount,
    currency,
    customer,
    description: params.description === undefined ? before.description : params.description || null,
    metadata: mergeMetadata(before.metadata, params.metadata),
    receipt_email: params.receipt_email === undefined ? before.receipt_email : params.receipt_email || null,
    setup_future_usage:
      params.setup_future_usage === undefined ? before.setup_future_usage : params.setup_future_usage || null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? before.statement_descriptor_suffix,
    capture_method: params.capture_method || before.capture_method,
    payment_method: method?.id ?? before.payment_method,
    ...stateAfter(before, method !== undefined, amount !== before.amount || currency !== before.currency),
  };
  return call.books.put('payment_intent', after);
}

/** Another sum makes an open challenge void: it was about the old one. */
function stateAfter(before: Stripe.PaymentIntent, newMethod: boolean, newSum: boolean): Partial<Stripe.PaymentIntent> {
  if (!CHANGEABLE.includes(before.status)) return {};
  const cleared = { last_payment_error: null };
  if (newMethod || (newSum && before.status === 'requires_action')) {
    return { ...cleared, status: 'requires_confirmation', next_action: null };
  }
  return cleared;
}
