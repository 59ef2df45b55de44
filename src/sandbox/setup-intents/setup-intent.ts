import type Stripe from 'stripe';

export interface SetupHidden {
  pending?: { method: string; returnUrl: string | null } | undefined;
}

/** A new setup intent, not confirmed. */
export function newSetupIntent(
  wanted: Pick<Stripe.SetupIntent, 'id' | 'created' | 'usage'> & Partial<Stripe.SetupIntent>,
): Stripe.SetupIntent {
  return {
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: null,
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    ...wanted,
  };
}

/** What a browser may see with the publishable key and the client secret. */
export function publicSetupView(intent: Stripe.SetupIntent) {
  const { customer: _customer, metadata: _metadata, latest_attempt: _attempt, ...shown } = intent;
  return shown;
}
