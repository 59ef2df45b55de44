import type Stripe from 'stripe';

export interface IntentHidden {
  /** How often somebody asked to confirm it. */
  confirms?: number;
  /** The payment that waits for the payer or, in `processing`, for the bank. */
  pending?: Attempt | undefined;
}

/** One try to pay with one payment method. */
export interface Attempt {
  method: string;
  offSession: boolean;
  moto: boolean;
  authenticated: boolean;
  returnUrl: string | null;
}

/** A new intent, not confirmed. */
export function newPaymentIntent(
  wanted: Pick<
    Stripe.PaymentIntent,
    'id' | 'amount' | 'created' | 'currency' | 'customer' | 'capture_method' | 'confirmation_method' | 'metadata'
  > &
    Partial<Stripe.PaymentIntent>,
): Stripe.PaymentIntent {
  return {
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...wanted,
  };
}

const PUBLIC = [
  'id',
  'object',
  'amount',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'status',
] as const satisfies ReadonlyArray<keyof Stripe.PaymentIntent>;

/** What a browser may see with the publishable key and the client secret. */
export function publicView(intent: Stripe.PaymentIntent) {
  return Object.fromEntries(PUBLIC.map((name) => [name, intent[name]])) as Pick<
    Stripe.PaymentIntent,
    (typeof PUBLIC)[number]
  >;
}
