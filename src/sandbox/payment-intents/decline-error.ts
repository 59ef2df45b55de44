import type Stripe from 'stripe';
import type { Decline } from '../cards.ts';
import { declineMessage } from '../decline-words.ts';
import { StripeError } from '../stripe-error.ts';

export type CardProblem = Stripe.PaymentIntent.LastPaymentError;

/** A decline as it is kept in `last_payment_error`. */
export function declineProblem(
  decline: Decline,
  more: { charge?: string; payment_method?: Stripe.PaymentMethod } = {},
): CardProblem {
  return {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    advice_code: decline.advice,
    ...(decline.networkCode ? { network_decline_code: decline.networkCode } : {}),
    doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    message: declineMessage(decline),
    ...more,
  };
}

/** Off-session, and the bank wants to see the payer. */
export function authenticationProblem(more: { charge?: string; payment_method: Stripe.PaymentMethod }): CardProblem {
  return {
    type: 'card_error',
    code: 'authentication_required',
    decline_code: 'authentication_required',
    advice_code: 'try_again_later',
    doc_url: 'https://stripe.com/docs/error-codes/authentication-required',
    message: 'Your card was declined. This transaction requires authentication.',
    ...more,
  };
}

/** 402. What the decline changed stays: the failed charge, the intent's last error. */
export function cardError(problem: CardProblem, more: Record<string, unknown>): StripeError {
  const body = { ...problem, type: 'card_error' as const, message: problem.message ?? 'Your card was declined.' };
  return new StripeError(402, { ...(body as typeof body & { code: string }), ...more }, { keepsEffects: true });
}

/** 402 for a decline. */
export function declineError(decline: Decline, more: Record<string, unknown>): StripeError {
  return cardError(declineProblem(decline), more);
}
