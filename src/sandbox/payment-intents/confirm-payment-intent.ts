import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { readParams } from '../http/read-params.ts';
import { invalid, missingParam } from '../stripe-error.ts';
import { chargeIntent, failIntent } from './charge-intent.ts';
import { chooseMethod } from './choose-method.ts';
import { authenticationProblem, cardError } from './decline-error.ts';
import { findIntent, refuseUnless } from './find-intent.ts';
import { CONFIRM, type ConfirmParams, checkMethodChoice } from './intent-params.ts';
import { type Attempt, publicView } from './payment-intent.ts';

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** POST /v1/payment_intents/:id/confirm */
export function confirmPaymentIntent(call: Call): Stripe.PaymentIntent {
  const params = readParams(call.form, CONFIRM);
  return confirmIntent(call, findIntent(call), params);
}

/** Tries to pay. Throws 402 for a decline; what the decline did stays. */
export function confirmIntent(call: Call, before: Stripe.PaymentIntent, params: ConfirmParams): Stripe.PaymentIntent {
  refuseUnless(before, 'confirm', CONFIRMABLE);
  checkMethodChoice(params);
  const offSession = isOffSession(params);
  if (offSession && (params.setup_future_usage || before.setup_future_usage)) {
    const message = 'You cannot provide both off_session and setup_future_usage.';
    throw invalid(message, 'parameters_exclusive', 'off_session');
  }
  const { method, token } = chooseMethod(call, before, params);
  const returnUrl = params.return_url || token?.return_url || null;
  if (before.automatic_payment_methods?.allow_redirects === 'always' && !returnUrl && !offSession) {
    if (!call.byPublishableKey) throw needsReturnUrl();
  }
  const intent: Stripe.PaymentIntent = {
    ...before,
    payment_method: method.id,
    setup_future_usage: usageOf(params.setup_future_usage, token?.setup_future_usage ?? before.setup_future_usage),
    capture_method: params.capture_method || before.capture_method,
    receipt_email: params.receipt_email || before.receipt_email,
    last_payment_error: null,
    next_action: null,
  };
  const attempt: Attempt = {
    method: method.id,
    offSession,
    moto: params.payment_method_options?.card?.moto ?? false,
    authenticated: false,
    returnUrl,
  };
  const hidden = call.books.hidden('payment_intent', intent.id);
  const confirms = (hidden.confirms ?? 0) + 1;
  call.books.put('payment_intent', intent, { confirms });

  if (call.forceProcessing) return waitForBank(call, intent, { confirms, pending: attempt });
  if (needsAuthentication(call, method, attempt, params)) {
    if (offSession) return refuse(call, failIntent(call, intent, attempt, 'authentication_required'));
    if (params.error_on_requires_action) {
      return refuse(call, failIntent(call, intent, attempt, authenticationProblem({ payment_method: method })));
    }
    const useSdk = params.use_stripe_sdk ?? token?.use_stripe_sdk ?? call.byPublishableKey;
    return askForAuthentication(call, intent, { confirms, pending: attempt }, useSdk);
  }
  const charged = chargeIntent(call, intent, attempt);
  return charged.last_payment_error ? refuse(call, charged) : charged;
}

function isOffSession(params: ConfirmParams): boolean {
  return params.off_session !== undefined && !['false', '0', ''].includes(params.off_session);
}

function usageOf(
  given: 'off_session' | 'on_session' | '' | undefined,
  otherwise: Stripe.PaymentIntent['setup_future_usage'],
) {
  return given === undefined ? otherwise : given || null;
}

function needsReturnUrl() {
  const error = missingParam('return_url');
  error.body.message =
    'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don’t want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.';
  return error;
}

function needsAuthentication(
  call: Call,
  method: Stripe.PaymentMethod,
  attempt: Attempt,
  params: ConfirmParams,
): boolean {
  if (attempt.moto) return false;
  const { number, setUp } = call.books.hidden('payment_method', method.id);
  const { authentication } = cardByNumber(number);
  if (authentication === 'always') return true;
  if (authentication === 'unless_set_up') return !setUp;
  const asked = params.payment_method_options?.card?.request_three_d_secure;
  return authentication === 'optional' && (asked === 'any' || asked === 'challenge');
}

function askForAuthentication(
  call: Call,
  intent: Stripe.PaymentIntent,
  hidden: { confirms: number; pending: Attempt },
  useSdk: boolean,
): Stripe.PaymentIntent {
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_action',
    next_action: nextAction(call, intent, useSdk ? null : hidden.pending.returnUrl),
  };
  call.books.put('payment_intent', waiting, hidden);
  call.emit('payment_intent.requires_action', waiting);
  return waiting;
}

/** To the challenge page: in a frame that the script opens, or by leaving the page when there is a way back. */
export function nextAction(
  call: Call,
  intent: { id: string; client_secret: string | null },
  returnUrl: string | null,
):
  | { type: string; redirect_to_url: { url: string; return_url: string } }
  | { type: string; use_stripe_sdk: Stripe.PaymentIntent.NextAction.UseStripeSdk } {
  const url = `${call.publicUrl}/challenge/${intent.id}?client_secret=${intent.client_secret}`;
  if (returnUrl) return { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } };
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
}

function waitForBank(
  call: Call,
  intent: Stripe.PaymentIntent,
  hidden: { confirms: number; pending: Attempt },
): Stripe.PaymentIntent {
  const processing: Stripe.PaymentIntent = { ...intent, status: 'processing', processing: { type: 'card', card: {} } };
  call.books.put('payment_intent', processing, hidden);
  call.emit('payment_intent.processing', processing);
  return processing;
}

function refuse(call: Call, failed: Stripe.PaymentIntent): never {
  const shown = call.byPublishableKey ? publicView(failed) : failed;
  throw cardError(failed.last_payment_error!, { payment_intent: shown, payment_method_type: 'card' });
}
