import type Stripe from 'stripe';
import type { CardChecks, Decline, GatewayCard, GatewayPayment } from './gateway.ts';
import { fromStripeUnits } from './stripe-amounts.ts';
import { DECLINES, STATUSES } from './stripe-words.ts';

/** A PaymentIntent with `latest_charge` and `payment_method` expanded, in our words. */
export function gatewayPaymentOf(intent: Stripe.PaymentIntent): GatewayPayment {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : undefined;
  const status = STATUSES[intent.status] ?? 'processing';
  return {
    ref: intent.id,
    status,
    money: fromStripeUnits(intent.amount, intent.currency),
    receivedMinor: fromStripeUnits(intent.amount_received, intent.currency).amountMinor,
    livemode: intent.livemode,
    reference: intent.metadata.payment,
    customerRef: idOf(intent.customer),
    clientSecret: intent.client_secret ?? undefined,
    chargeRef: charge?.id ?? idOf(intent.latest_charge),
    authorizationCode: charge?.payment_method_details?.card?.authorization_code ?? undefined,
    card: cardOf(intent, charge ?? undefined),
    decline: status === 'needs-card' ? declineOf(intent.last_payment_error) : undefined,
    checks: checksOf(charge ?? undefined),
    createdAt: new Date(intent.created * 1000).toISOString(),
  };
}

function checksOf(charge: Stripe.Charge | undefined): CardChecks | undefined {
  const card = charge?.payment_method_details?.card;
  if (!card) return undefined;
  const { three_d_secure: asked } = card;
  return {
    securityCode: card.checks?.cvc_check ?? undefined,
    addressLine: card.checks?.address_line1_check ?? undefined,
    postalCode: card.checks?.address_postal_code_check ?? undefined,
    threeDSecure: asked
      ? { result: asked.result ?? '', version: asked.version ?? '', flow: asked.authentication_flow ?? '' }
      : undefined,
    networkRef: card.network_transaction_id ?? undefined,
  };
}

function cardOf(intent: Stripe.PaymentIntent, charge: Stripe.Charge | undefined): GatewayCard | undefined {
  const method = typeof intent.payment_method === 'object' ? intent.payment_method : undefined;
  const tried = method ?? intent.last_payment_error?.payment_method;
  const card = charge?.payment_method_details?.card ?? tried?.card;
  if (!card) return undefined;
  return {
    methodRef: tried?.id ?? charge?.payment_method ?? undefined,
    reusable: method?.customer != null && idOf(method.customer) === idOf(intent.customer),
    brand: card.brand ?? 'card',
    last4: card.last4 ?? '',
    expMonth: card.exp_month,
    expYear: card.exp_year,
  };
}

/** Why the last try ended without success; undefined when nothing is said of one. */
export function declineOf(
  error: Stripe.PaymentIntent['last_payment_error'] | Stripe.SetupIntent['last_setup_error'],
): Decline | undefined {
  if (!error) return undefined;
  const code = error.decline_code ?? error.code ?? 'generic_decline';
  return {
    category: DECLINES[code] ?? DECLINES[error.code ?? ''] ?? 'card-declined',
    code,
    advice: adviceOf(error.advice_code),
  };
}

function adviceOf(code: string | undefined): Decline['advice'] {
  if (code === 'try_again_later') return 'try-again-later';
  if (code === 'do_not_try_again') return 'do-not-try-again';
  if (code === 'confirm_card_data') return 'confirm-card-data';
  return undefined;
}

/** The id of what may stand there expanded. */
export function idOf(expandable: string | { id: string } | null | undefined): string | undefined {
  return typeof expandable === 'string' ? expandable : (expandable?.id ?? undefined);
}
