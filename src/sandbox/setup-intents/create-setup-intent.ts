import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import type { Shape } from '../http/read-params.ts';
import { readParams } from '../http/read-params.ts';
import { newId } from '../ids.ts';
import { CONFIRM, checkMethodChoice } from '../payment-intents/intent-params.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';
import { confirmSetup, SETUP_CONFIRM } from './confirm-setup-intent.ts';
import { newSetupIntent } from './setup-intent.ts';

const CREATE = {
  ...SETUP_CONFIRM,
  allowed_payment_method_types: CONFIRM.allowed_payment_method_types,
  excluded_payment_method_types: CONFIRM.excluded_payment_method_types,
  automatic_payment_methods: { enabled: 'boolean', allow_redirects: ['always', 'never'] },
  payment_method_configuration: 'string',
  confirm: 'boolean',
  customer: 'string',
  description: 'string',
  metadata: 'map',
  usage: ['off_session', 'on_session'],
} as const satisfies Shape;

/** POST /v1/setup_intents */
export function createSetupIntent(call: Call): Stripe.SetupIntent {
  const params = readParams(call.form, CREATE);
  checkMethodChoice(params);
  if (params.customer) need(call, 'customer', params.customer, 'customer');
  const id = newId('seti');
  const named = params.confirm ? undefined : params.payment_method;
  const method = named ? takePaymentMethod(call, named, params.customer || undefined) : undefined;
  const automatic = params.allowed_payment_method_types ? null : { enabled: true, allow_redirects: 'always' as const };
  const intent = newSetupIntent({
    id,
    created: call.nowSeconds,
    usage: params.usage || 'off_session',
    allowed_payment_method_types: params.allowed_payment_method_types ? ['card'] : null,
    automatic_payment_methods: automatic,
    client_secret: `${id}_secret_${randomBytes(16).toString('hex')}`,
    customer: params.customer || null,
    description: params.description || null,
    metadata: params.metadata || {},
    payment_method: method?.id ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  });
  call.books.put('setup_intent', intent, {});
  call.emit('setup_intent.created', intent);
  return params.confirm ? confirmSetup(call, intent, params) : intent;
}
