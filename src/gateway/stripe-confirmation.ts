import type Stripe from 'stripe';
import type { Confirmation, SetupConfirmation } from './gateway.ts';

/**
 * How a confirm is said to Stripe (docs.stripe.com/api/payment_intents/confirm). Without the payer there is no page to
 * come back to; by phone there is no 3-D Secure (docs.stripe.com/payments/mail-and-telephone-orders-moto).
 */
export function stripeConfirmation({ source, presence, saveCard, returnUrl }: Confirmation) {
  const method =
    'savedMethodRef' in source
      ? { payment_method: source.savedMethodRef }
      : {
          confirmation_token: source.confirmationToken,
          // Said every time: an empty box must take back what an earlier try of the same payment asked for.
          setup_future_usage: saveCard ? ('off_session' as const) : ('' as const),
        };
  if (presence === 'nobody') return { ...method, off_session: true } satisfies Stripe.PaymentIntentConfirmParams;
  return {
    ...method,
    return_url: returnUrl,
    use_stripe_sdk: true,
    ...(presence === 'phone' ? BY_PHONE : {}),
  } satisfies Stripe.PaymentIntentConfirmParams;
}

/** The same for a card that is kept without a payment (docs.stripe.com/api/setup_intents/confirm). */
export function stripeSetupConfirmation({ confirmationToken, presence, returnUrl }: SetupConfirmation) {
  return {
    confirmation_token: confirmationToken,
    return_url: returnUrl,
    use_stripe_sdk: true,
    ...(presence === 'phone' ? BY_PHONE : {}),
  } satisfies Stripe.SetupIntentConfirmParams;
}

const BY_PHONE = { payment_method_options: { card: { moto: true } } };
