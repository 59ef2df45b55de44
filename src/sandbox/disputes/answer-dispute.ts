import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { PAGE, pageOf } from '../http/list-page.ts';
import { mergeMetadata, readParams } from '../http/read-params.ts';
import { invalid } from '../stripe-error.ts';
import { type DisputeVerdict, WANTS_ANSWER } from './dispute.ts';

/** Stripe's own words for its test mode (docs.stripe.com/testing#disputes): the bank decides by them. */
const VERDICTS: Record<string, DisputeVerdict> = {
  winning_evidence: 'won',
  losing_evidence: 'lost',
  escalate_inquiry_evidence: 'escalate',
};

/** Evidence that is text; files are not played. */
const TEXTS = [
  ...['access_activity_log', 'billing_address', 'cancellation_policy_disclosure', 'cancellation_rebuttal'],
  ...['customer_email_address', 'customer_name', 'customer_purchase_ip', 'duplicate_charge_explanation'],
  ...['duplicate_charge_id', 'product_description', 'refund_policy_disclosure', 'refund_refusal_explanation'],
  ...['service_date', 'shipping_address', 'shipping_carrier', 'shipping_date', 'shipping_tracking_number'],
  'uncategorized_text',
] as const;
const SHAPE = Object.fromEntries(TEXTS.map((name) => [name, 'string' as const]));
/** Of all texts together (docs.stripe.com/disputes/responding#evidence-submission-format). */
const LONGEST_EVIDENCE = 150_000;

/** GET /v1/disputes */
export function listDisputes(call: Call) {
  const params = readParams(call.form, { ...PAGE, charge: 'string', payment_intent: 'string' });
  return pageOf(call, 'dispute', params, { charge: params.charge, payment_intent: params.payment_intent });
}

/** POST /v1/disputes/:id: evidence is kept, and sent to the bank unless `submit` is false. */
export function answerDispute(call: Call): Stripe.Dispute {
  const params = readParams(call.form, { evidence: SHAPE, submit: 'boolean', metadata: 'map' });
  const dispute = need(call, 'dispute', call.id, 'dispute');
  const metadata = mergeMetadata(dispute.metadata, params.metadata);
  const given = params.evidence as Record<string, string> | undefined;
  if (!given) return keep(call, { ...dispute, metadata }, dispute);
  if (!WANTS_ANSWER.includes(dispute.status)) {
    throw invalid('This dispute no longer takes evidence.', 'dispute_evidence_not_accepted', 'evidence');
  }
  if (Object.values(given).join('').length > LONGEST_EVIDENCE) {
    throw invalid('The combined character count of all evidence is too high.', undefined, 'evidence');
  }
  const texts = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, text || null]));
  const evidence = { ...dispute.evidence, ...texts } as Stripe.Dispute.Evidence;
  const details = { ...dispute.evidence_details, has_evidence: true };
  const filled = { ...dispute, metadata, evidence, evidence_details: details };
  return params.submit === false ? keep(call, filled, dispute) : submit(call, filled, dispute);
}

function submit(call: Call, dispute: Stripe.Dispute, before: Stripe.Dispute): Stripe.Dispute {
  const { evidence_details: details, evidence } = dispute;
  const verdict = VERDICTS[evidence.uncategorized_text?.split('\n')[0]?.trim() ?? ''];
  const submitted: Stripe.Dispute = {
    ...dispute,
    status: dispute.status === 'needs_response' ? 'under_review' : 'warning_under_review',
    evidence_details: { ...details, submission_count: details.submission_count + 1, submission_method: 'manual' },
  };
  if (verdict) {
    call.books.put('dispute', submitted, { verdict });
    call.soon('decide_dispute', dispute.id);
  }
  return keep(call, submitted, before);
}

function keep(call: Call, dispute: Stripe.Dispute, { status, evidence_details }: Stripe.Dispute): Stripe.Dispute {
  const kept = call.books.put('dispute', dispute);
  call.emit('charge.dispute.updated', kept, { status, evidence_details });
  return kept;
}
