import type Stripe from 'stripe';
import type { Call } from '../call.ts';
import { idOf } from '../ids.ts';
import { keepPaymentMethod } from '../payment-methods/create-payment-method.ts';
import { cardOfData } from '../payment-methods/method-data.ts';
import { billingDetails } from '../payment-methods/payment-method.ts';
import { takePaymentMethod } from '../payment-methods/take-payment-method.ts';
import { useConfirmationToken } from '../payment-methods/use-confirmation-token.ts';
import { invalid } from '../stripe-error.ts';
import type { ConfirmParams } from './intent-params.ts';

/** The card to pay with: from the token, from the request, or the one that the intent already names. */
export function chooseMethod(
  call: Call,
  intent: Stripe.PaymentIntent,
  params: ConfirmParams,
): { method: Stripe.PaymentMethod; token?: Stripe.ConfirmationToken } {
  const given = [params.confirmation_token, params.payment_method, params.payment_method_data].filter(Boolean);
  if (given.length > 1) {
    const message = 'You can provide only one of confirmation_token, payment_method and payment_method_data.';
    throw invalid(message, 'parameters_exclusive', 'payment_method');
  }
  if (params.confirmation_token) {
    return useConfirmationToken(call, params.confirmation_token, { payment_intent: intent.id });
  }
  if (params.payment_method_data) {
    const data = params.payment_method_data;
    const card = cardOfData(data, { ...call, prefix: 'payment_method_data[' });
    const billing = billingDetails(data.billing_details);
    return {
      method: keepPaymentMethod(call, card, { billing, allowRedisplay: data.allow_redisplay || 'unspecified' }),
    };
  }
  const id = params.payment_method || idOf(intent.payment_method);
  if (!id) {
    throw invalid(
      'You cannot confirm this PaymentIntent because it’s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.',
      'payment_intent_unexpected_state',
    );
  }
  return { method: takePaymentMethod(call, id, idOf(intent.customer)) };
}
