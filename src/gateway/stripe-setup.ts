import type Stripe from 'stripe';
import type { GatewayCard, GatewaySetup } from './gateway.ts';
import { declineOf, idOf } from './stripe-payment.ts';
import { STATUSES } from './stripe-words.ts';

/** A SetupIntent with `payment_method` expanded, in our words. */
export function gatewaySetupOf(setup: Stripe.SetupIntent): GatewaySetup {
  const status = STATUSES[setup.status] ?? 'processing';
  return {
    ref: setup.id,
    status,
    livemode: setup.livemode,
    reference: setup.metadata?.setup,
    customerRef: idOf(setup.customer),
    clientSecret: setup.client_secret ?? undefined,
    card: cardOf(setup),
    decline: status === 'needs-card' ? declineOf(setup.last_setup_error) : undefined,
    createdAt: new Date(setup.created * 1000).toISOString(),
  };
}

function cardOf(setup: Stripe.SetupIntent): GatewayCard | undefined {
  const method = typeof setup.payment_method === 'object' ? setup.payment_method : undefined;
  const tried = method ?? setup.last_setup_error?.payment_method;
  if (!tried?.card) return undefined;
  const reusable = method?.customer != null && idOf(method.customer) === idOf(setup.customer);
  return { ...gatewayCardOf(tried), reusable };
}

/** A PaymentMethod in our words; one that is no card has no digits. */
export function gatewayCardOf(method: Stripe.PaymentMethod): GatewayCard {
  return {
    methodRef: method.id,
    reusable: method.customer != null,
    brand: method.card?.brand ?? 'card',
    last4: method.card?.last4 ?? '',
    expMonth: method.card?.exp_month ?? 1,
    expYear: method.card?.exp_year ?? 1970,
  };
}
