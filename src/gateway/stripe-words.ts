import type { DeclineCategory, GatewayErrorKind, GatewayPaymentStatus } from './gateway.ts';

/** Stripe's PaymentIntent statuses in our words (docs.stripe.com/payments/paymentintents/lifecycle). */
export const STATUSES: Record<string, GatewayPaymentStatus> = {
  requires_payment_method: 'needs-card',
  requires_confirmation: 'needs-card',
  requires_action: 'needs-action',
  processing: 'processing',
  // We never ask for a capture of our own; should an account do so, the money is not ours yet.
  requires_capture: 'processing',
  succeeded: 'succeeded',
  canceled: 'cancelled',
};

/** Error and decline codes in our words (docs.stripe.com/declines/codes); what is not named is a plain decline. */
export const DECLINES: Record<string, DeclineCategory> = {
  insufficient_funds: 'insufficient-funds',
  withdrawal_count_limit_exceeded: 'insufficient-funds',
  card_velocity_exceeded: 'insufficient-funds',
  expired_card: 'expired-card',
  incorrect_number: 'incorrect-details',
  invalid_number: 'incorrect-details',
  incorrect_cvc: 'incorrect-details',
  invalid_cvc: 'incorrect-details',
  invalid_expiry_month: 'incorrect-details',
  invalid_expiry_year: 'incorrect-details',
  incorrect_zip: 'incorrect-details',
  incorrect_address: 'incorrect-details',
  invalid_account: 'incorrect-details',
  authentication_required: 'authentication-required',
  payment_intent_authentication_failure: 'authentication-failed',
  setup_intent_authentication_failure: 'authentication-failed',
  processing_error: 'processing-error',
  try_again_later: 'processing-error',
  issuer_not_available: 'processing-error',
  reenter_transaction: 'processing-error',
  card_not_supported: 'not-supported',
  currency_not_supported: 'not-supported',
  transaction_not_allowed: 'not-supported',
};

/** What an HTTP status of Stripe means for us; the SDK's classes follow the status too. */
export function errorKindOf(status: number | undefined): GatewayErrorKind {
  if (status === undefined || status === 424) return 'unknown-outcome';
  if (status >= 500) return 'server-error';
  if (status === 409) return 'busy';
  if (status === 429) return 'rate-limited';
  if (status === 401 || status === 403) return 'bad-keys';
  if (status === 404) return 'not-found';
  return 'refused';
}
