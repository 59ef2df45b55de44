import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import type { Decline } from '../cards.ts';
import { declineMessage } from '../decline-words.ts';

export interface ChargeHidden {
  number: string;
}

export interface ChargeWanted {
  id: string;
  created: number;
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  decline: Decline | undefined;
  authenticated: boolean;
  capture: boolean;
  statementName: string;
  moto: boolean;
}

/** A charge as it stands right after the bank has answered. */
export function newCharge(wanted: ChargeWanted): Stripe.Charge {
  const { id, created, intent, method, decline, capture } = wanted;
  const paid = !decline;
  return {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: paid && capture ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: descriptor(wanted.statementName, intent.statement_descriptor_suffix),
    captured: paid && capture,
    created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline ? declineMessage(decline) : null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(decline),
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: cardDetails(wanted) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    refunds: null,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: paid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  };
}

function descriptor(name: string, suffix: string | null): string {
  const prefix = name.toUpperCase().replace(/[<>\\'"*]/g, '');
  return suffix ? `${prefix.slice(0, 20 - suffix.length)}* ${suffix.toUpperCase()}` : prefix.slice(0, 22);
}

function outcomeOf(decline: Decline | undefined): Stripe.Charge.Outcome {
  if (!decline) {
    return {
      advice_code: null,
      network_advice_code: null,
      network_decline_code: null,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      risk_score: 12,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  return {
    advice_code: decline.advice,
    network_advice_code: null,
    network_decline_code: decline.networkCode ?? null,
    network_status: decline.blocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: decline.blocked ? 'highest_risk_level' : (decline.declineCode ?? decline.code),
    risk_level: decline.blocked ? 'highest' : 'normal',
    risk_score: decline.blocked ? 92 : 12,
    seller_message: decline.blocked
      ? 'Stripe blocked this payment as too risky.'
      : 'The bank did not return any further details with this decline.',
    type: decline.blocked ? 'blocked' : 'issuer_declined',
  };
}

function cardDetails(wanted: ChargeWanted): NonNullable<Stripe.Charge.PaymentMethodDetails['card']> {
  const { method, intent, decline, authenticated } = wanted;
  const face = method.card!;
  const answered = (check: string | null | undefined) => (check === 'unchecked' ? 'pass' : (check ?? null));
  return {
    amount_authorized: decline ? null : intent.amount,
    authorization_code: decline ? null : String(randomInt(100_000, 1_000_000)),
    brand: face.brand,
    checks: {
      address_line1_check: answered(face.checks?.address_line1_check),
      address_postal_code_check: answered(face.checks?.address_postal_code_check),
      cvc_check: answered(face.checks?.cvc_check),
    },
    country: face.country,
    electronic_commerce_indicator: null,
    exp_month: face.exp_month,
    exp_year: face.exp_year,
    fingerprint: face.fingerprint ?? null,
    funding: face.funding,
    installments: null,
    last4: face.last4,
    mandate: null,
    moto: wanted.moto || null,
    network: face.brand,
    network_token: { used: false },
    network_transaction_id: decline ? null : String(randomInt(1e14, 2e14)),
    regulated_status: 'unregulated',
    three_d_secure: authenticated ? AUTHENTICATED : null,
    transaction_link_id: null,
    wallet: null,
    ...(wanted.capture || decline ? {} : { capture_before: wanted.created + 7 * 86_400 }),
  };
}

const AUTHENTICATED: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: '00000000-0000-4000-8000-000000000000',
  version: '2.2.0',
};
