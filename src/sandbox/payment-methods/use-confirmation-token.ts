import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { invalid } from '../stripe-error.ts';
import { keepPaymentMethod } from './create-payment-method.ts';
import type { AllowRedisplay } from './payment-method.ts';

/** Turns the token into a payment method; a token can be used once, and not after it has expired. */
export function useConfirmationToken(
  call: Call,
  tokenId: string,
  usedBy: { payment_intent: string } | { setup_intent: string },
): { token: Stripe.ConfirmationToken; method: Stripe.PaymentMethod } {
  const token = need(call, 'confirmation_token', tokenId, 'confirmation_token');
  const hidden = call.books.hidden('confirmation_token', tokenId);
  if (hidden.spent) {
    const message = `The ConfirmationToken ${tokenId} has already been used and can not be used again.`;
    throw invalid(message, 'token_already_used', 'confirmation_token');
  }
  if (token.expires_at !== null && token.expires_at <= call.nowSeconds) {
    const message = `The ConfirmationToken ${tokenId} has expired. Create a new ConfirmationToken and try again.`;
    throw invalid(message, 'resource_missing', 'confirmation_token');
  }
  const preview = token.payment_method_preview!;
  const { exp_month, exp_year, checks } = preview.card!;
  const cvc = checks?.cvc_check === null ? undefined : '123';
  const card = { number: hidden.number, expMonth: exp_month, expYear: exp_year, cvc };
  const method = keepPaymentMethod(call, card, {
    billing: preview.billing_details,
    allowRedisplay: preview.allow_redisplay as AllowRedisplay,
  });
  call.books.put('confirmation_token', { ...token, ...usedBy }, { ...hidden, spent: true });
  return { token, method };
}
