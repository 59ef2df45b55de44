import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { readParams } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';
import { invalid } from '../stripe-error.ts';
import { checkAmount } from './check-amount.ts';
import { confirmIntent } from './confirm-payment-intent.ts';
import { CREATE, checkDescriptor, checkMethodChoice } from './intent-params.ts';
import { newPaymentIntent } from './payment-intent.ts';

/** Said only of an intent that is confirmed in the same request. */
const WITH_CONFIRM = [
  'off_session',
  'confirmation_token',
  'return_url',
  'error_on_requires_action',
  'mandate_data',
] as const;

/** POST /v1/payment_intents */
export function createPaymentIntent(call: Call): Stripe.PaymentIntent {
  const params = readParams(call.form, CREATE);
  const currency = params.currency?.toLowerCase();
  checkAmount(params.amount, currency);
  checkMethodChoice(params);
  checkDescriptor(params);
  if (params.customer) need(call, 'customer', params.customer, 'customer');
  const early = params.confirm ? undefined : WITH_CONFIRM.find((name) => params[name] !== undefined);
  if (early) {
    const message = `You cannot provide \`${early}\` unless \`confirm\` is set to true.`;
    throw invalid(message, 'parameter_unknown', early);
  }
  const id = newId('pi');
  const method =
    params.payment_method && !params.confirm
      ? takePaymentMethod(call, params.payment_method, params.customer || undefined)
      : undefined;
  const intent = newPaymentIntent({
    id,
    amount: params.amount!,
    allowed_payment_method_types: params.allowed_payment_method_types ? ['card'] : null,
    automatic_payment_methods: automaticMethods(params),
    capture_method: params.capture_method || 'automatic_async',
    client_secret: `${id}_secret_${randomBytes(16).toString('hex')}`,
    confirmation_method: params.confirmation_method || 'automatic',
    created: call.nowSeconds,
    currency: currency!,
    customer: params.customer || null,
    description: params.description || null,
    metadata: params.metadata || {},
    payment_method: method?.id ?? null,
    receipt_email: params.receipt_email || null,
    setup_future_usage: params.setup_future_usage || null,
    statement_descriptor_suffix: params.statement_descriptor_suffix || null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  });
  call.books.put('payment_intent', intent, {});
  call.emit('payment_intent.created', intent);
  if (!params.confirm) return intent;
  const { allowed_payment_method_types: _, ...confirm } = params;
  return confirmIntent(call, intent, confirm);
}

function automaticMethods(params: ReturnType<typeof readParams<typeof CREATE>>) {
  const chosen = params.automatic_payment_methods;
  if (chosen)
    return { enabled: chosen.enabled ?? true, allow_redirects: chosen.allow_redirects || ('always' as const) };
  if (params.allowed_payment_method_types) return null;
  return { enabled: true, allow_redirects: 'always' as const };
}
