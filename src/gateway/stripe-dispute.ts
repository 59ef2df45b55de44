import type Stripe from 'stripe';
import type { DisputeEvidence, GatewayDispute, GatewayDisputeStatus } from './gateway.ts';
import { fromStripeUnits } from './stripe-amounts.ts';
import { idOf } from './stripe-payment.ts';

/** Stripe's dispute statuses in our words (docs.stripe.com/api/disputes/object#dispute_object-status). */
const DISPUTE_STATUSES: Record<string, GatewayDisputeStatus> = {
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry-answered',
  warning_closed: 'inquiry-closed',
  needs_response: 'needs-answer',
  under_review: 'under-review',
  won: 'won',
  lost: 'lost',
  prevented: 'prevented',
  appeal_needs_response: 'appeal',
  appeal_under_review: 'appeal-under-review',
};

/** A Dispute in our words. */
export function gatewayDisputeOf(dispute: Stripe.Dispute): GatewayDispute {
  const { due_by: dueBy, submission_count: submissions } = dispute.evidence_details;
  return {
    ref: dispute.id,
    status: DISPUTE_STATUSES[dispute.status],
    rawStatus: dispute.status,
    reason: dispute.reason,
    networkReason: dispute.network_reason_code ?? undefined,
    money: fromStripeUnits(dispute.amount, dispute.currency),
    chargeRef: idOf(dispute.charge) ?? '',
    paymentRef: idOf(dispute.payment_intent),
    livemode: dispute.livemode,
    dueAt: dueBy ? isoOf(dueBy) : undefined,
    submissions,
    movements: dispute.balance_transactions.map((one) => ({ ref: one.id, amountMinor: movedMinor(one, dispute) })),
    createdAt: isoOf(dispute.created),
  };
}

/**
 * What a movement took (less than nothing) or gave back, in the currency of the charge. Where the account settles in
 * another currency the movement counts as the whole disputed sum: its own figures hold an exchange that is not ours to book.
 */
function movedMinor({ amount, currency }: Stripe.BalanceTransaction, dispute: Stripe.Dispute): number {
  const units = currency === dispute.currency ? amount : Math.sign(amount) * dispute.amount;
  return fromStripeUnits(units, dispute.currency).amountMinor;
}

/** What is submitted, in Stripe's fields (docs.stripe.com/api/disputes/evidence_object); empty texts are left out. */
export function stripeEvidence(evidence: DisputeEvidence): Stripe.DisputeUpdateParams.Evidence {
  const fields = {
    customer_name: evidence.customerName,
    customer_email_address: evidence.customerEmail,
    customer_purchase_ip: evidence.customerAddress,
    product_description: evidence.whatWasSold,
    service_date: evidence.serviceDate,
    access_activity_log: evidence.activity,
    refund_policy_disclosure: evidence.refundTerms,
    uncategorized_text: evidence.statement,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text));
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
