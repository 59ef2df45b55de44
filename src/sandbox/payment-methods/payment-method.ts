import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { brandOf } from '../card-number.ts';
import { cardByNumber } from '../cards.ts';
import type { CardDetails } from '../check-card.ts';

/** Which test card stands behind a payment method or a confirmation token. */
export interface MethodHidden {
  number: string;
  /** Used up by a payment that did not save it. */
  spent?: boolean;
  /** Authenticated for later payments. */
  setUp?: boolean;
  spentBy?: string;
  cvcGiven?: boolean;
}

export interface BillingDetails {
  name?: string;
  email?: string;
  phone?: string;
  tax_id?: string;
  address?: { [line in 'city' | 'country' | 'line1' | 'line2' | 'postal_code' | 'state']?: string };
}

export type AllowRedisplay = 'always' | 'limited' | 'unspecified';

/** `billing_details` in full. */
export function billingDetails(given: BillingDetails = {}): Stripe.PaymentMethod.BillingDetails {
  const { address = {} } = given;
  return {
    address: {
      city: address.city || null,
      country: address.country || null,
      line1: address.line1 || null,
      line2: address.line2 || null,
      postal_code: address.postal_code || null,
      state: address.state || null,
    },
    email: given.email || null,
    name: given.name || null,
    phone: given.phone || null,
    tax_id: given.tax_id || null,
  };
}

/** A payment method of type card; what it shows of the number are the last four digits. */
export function newPaymentMethod(wanted: {
  id: string;
  created: number;
  card: CardDetails;
  billing: Stripe.PaymentMethod.BillingDetails;
  allowRedisplay: AllowRedisplay;
  metadata?: Record<string, string>;
}): Stripe.PaymentMethod {
  return {
    id: wanted.id,
    object: 'payment_method',
    allow_redisplay: wanted.allowRedisplay,
    billing_details: wanted.billing,
    card: cardFace(wanted.card, wanted.billing),
    created: wanted.created,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: wanted.metadata ?? {},
    type: 'card',
  };
}

/** What is visible of a card. */
export function cardFace(
  card: CardDetails,
  billing: Stripe.PaymentMethod.BillingDetails,
): NonNullable<Stripe.PaymentMethod['card']> {
  const brand = brandOf(card.number);
  const { funding, cvcCheck, postalCheck, authentication } = cardByNumber(card.number);
  return {
    brand,
    checks: {
      address_line1_check: billing.address?.line1 ? 'unchecked' : null,
      address_postal_code_check: billing.address?.postal_code ? (postalCheck ?? 'unchecked') : null,
      cvc_check: card.cvc === undefined ? null : (cvcCheck ?? 'unchecked'),
    },
    country: 'US',
    display_brand: brand,
    exp_month: card.expMonth,
    exp_year: card.expYear < 100 ? card.expYear + 2000 : card.expYear,
    fingerprint: createHash('sha256').update(`sandbox ${card.number}`).digest('base64url').slice(0, 16),
    funding: funding ?? 'credit',
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: authentication !== undefined || brand === 'visa' || brand === 'mastercard' },
    wallet: null,
  };
}
