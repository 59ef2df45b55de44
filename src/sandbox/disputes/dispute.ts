import type Stripe from 'stripe';
import { newId } from '../ids.ts';

/** What the bank will say once it has read what was submitted. */
export interface DisputeHidden {
  verdict?: DisputeVerdict;
}
export type DisputeVerdict = 'won' | 'lost' | 'escalate';

/** How long there is to answer (docs.stripe.com/disputes/responding: 7 to 21 days). */
const RESPONSE_SECONDS = 7 * 86_400;

/** Visa's codes for what the test cards play; the network's own word, which staff find on the bank's papers. */
const NETWORK_CODES: Record<string, string> = { fraudulent: '10.4', product_not_received: '13.1' };

/** States in which an answer is wanted. */
export const WANTS_ANSWER = ['needs_response', 'warning_needs_response'];

/** A dispute of (part of) a charge as the bank opens it; an inquiry moves no money. */
export function newDispute(wanted: {
  created: number;
  charge: Stripe.Charge;
  amount: number;
  reason: string;
  inquiry: boolean;
}): Stripe.Dispute {
  const { charge, reason, inquiry } = wanted;
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  const code = NETWORK_CODES[reason] ?? null;
  return {
    id: newId('du'),
    object: 'dispute',
    amount: wanted.amount,
    balance_transactions: [],
    charge: charge.id,
    created: wanted.created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: wanted.created + RESPONSE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: code,
    payment_intent: charge.payment_intent,
    payment_method_details: {
      type: 'card',
      card: { brand, case_type: inquiry ? 'inquiry' : 'chargeback', network: brand, network_reason_code: code },
    },
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
}

const NO_EVIDENCE: Stripe.Dispute.Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
