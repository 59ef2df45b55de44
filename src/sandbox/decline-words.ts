import type { Decline } from './cards.ts';

/** Stripe's sentences for the payer. */
const BY_DECLINE_CODE: Record<string, string> = {
  insufficient_funds: 'Your card has insufficient funds.',
  card_velocity_exceeded:
    'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
  test_mode_live_card:
    'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
};
const BY_CODE: Record<Decline['code'], string> = {
  card_declined: 'Your card was declined.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
};

/** What is said to somebody whose card was declined. */
export function declineMessage(decline: Decline): string {
  return BY_DECLINE_CODE[decline.declineCode ?? ''] ?? BY_CODE[decline.code];
}
