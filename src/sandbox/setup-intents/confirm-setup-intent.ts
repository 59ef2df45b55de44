import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import type { Read, Shape } from '../http/read-params.ts';
import { readParams } from '../http/read-params.ts';
import { idOf } from '../ids.ts';
import { nextAction } from '../payment-intents/confirm-payment-intent.ts';
import { cardError } from '../payment-intents/decline-error.ts';
import { checkClientSecret } from '../payment-intents/find-intent.ts';
import { CARD_OPTIONS } from '../payment-intents/intent-params.ts';
import { keepPaymentMethod } from '../payment-methods/create-payment-method.ts';
import { cardOfData, METHOD_DATA } from '../payment-methods/method-data.ts';
import { billingDetails } from '../payment-methods/payment-method.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';
import { useConfirmationToken } from '../payment-methods/use-confirmation-token.ts';
import { invalid } from '../stripe-error.ts';
import { finishSetup } from './finish-setup.ts';
import { publicSetupView } from './setup-intent.ts';

export const SETUP_CONFIRM = {
  confirmation_token: 'string',
  payment_method: 'string',
  payment_method_data: METHOD_DATA,
  payment_method_options: CARD_OPTIONS,
  return_url: 'string',
  use_stripe_sdk: 'boolean',
  mandate_data: 'opaque',
  client_secret: 'string',
} as const satisfies Shape;

/** The setup intent of the path. */
export function findSetupIntent(call: Call): Stripe.SetupIntent {
  const intent = need(call, 'setup_intent', call.id, 'intent');
  if (call.byPublishableKey) checkClientSecret(call, intent);
  return intent;
}

/** POST /v1/setup_intents/:id/confirm */
export function confirmSetupIntent(call: Call): Stripe.SetupIntent {
  const params = readParams(call.form, SETUP_CONFIRM);
  return confirmSetup(call, findSetupIntent(call), params);
}

/** Asks the bank whether the card may be kept. Throws 402 for a decline; what it changed stays. */
export function confirmSetup(
  call: Call,
  before: Stripe.SetupIntent,
  params: Partial<Read<typeof SETUP_CONFIRM>>,
): Stripe.SetupIntent {
  refuseUnlessOpen(before, 'confirm');
  const { method, token } = chooseSetupMethod(call, before, params);
  const intent: Stripe.SetupIntent = {
    ...before,
    payment_method: method.id,
    last_setup_error: null,
    next_action: null,
  };
  const { number } = call.books.hidden('payment_method', method.id);
  const { authentication } = cardByNumber(number);
  // By telephone nobody can be asked.
  const moto = params.payment_method_options?.card?.moto ?? false;
  if (!moto && (authentication === 'always' || authentication === 'unless_set_up')) {
    const returnUrl = params.return_url || token?.return_url || null;
    const useSdk = params.use_stripe_sdk ?? token?.use_stripe_sdk ?? call.byPublishableKey;
    const waiting: Stripe.SetupIntent = {
      ...intent,
      status: 'requires_action',
      next_action: nextAction(call, intent, useSdk ? null : returnUrl),
    };
    call.books.put('setup_intent', waiting, { pending: { method: method.id, returnUrl } });
    call.emit('setup_intent.requires_action', waiting);
    return waiting;
  }
  const done = finishSetup(call, intent, { method: method.id, authenticated: false });
  if (!done.last_setup_error) return done;
  const shown = call.byPublishableKey ? publicSetupView(done) : done;
  throw cardError(done.last_setup_error, { setup_intent: shown, payment_method_type: 'card' });
}

/** Throws setup_intent_unexpected_state for one that is over. */
export function refuseUnlessOpen(intent: Stripe.SetupIntent, verb: string): void {
  if (['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) return;
  const message = `You cannot ${verb} this SetupIntent because it has a status of ${intent.status}.`;
  const error = invalid(message, 'setup_intent_unexpected_state');
  error.body.setup_intent = intent;
  throw error;
}

function chooseSetupMethod(
  call: Call,
  intent: Stripe.SetupIntent,
  params: Partial<Read<typeof SETUP_CONFIRM>>,
): { method: Stripe.PaymentMethod; token?: Stripe.ConfirmationToken } {
  if (params.confirmation_token) {
    return useConfirmationToken(call, params.confirmation_token, { setup_intent: intent.id });
  }
  const data = params.payment_method_data;
  if (data) {
    const card = cardOfData(data, { ...call, prefix: 'payment_method_data[' });
    return { method: keepPaymentMethod(call, card, { billing: billingDetails(data.billing_details) }) };
  }
  const id = params.payment_method || idOf(intent.payment_method);
  if (!id) {
    throw invalid(
      'You cannot confirm this SetupIntent because it’s missing a payment method.',
      'setup_intent_unexpected_state',
    );
  }
  return { method: takePaymentMethod(call, id, idOf(intent.customer)) };
}
