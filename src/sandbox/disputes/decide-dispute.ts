import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { invalid } from '../stripe-error.ts';
import { WANTS_ANSWER } from './dispute.ts';
import { moveDisputeMoney } from './move-dispute-money.ts';

/** `appeal` takes a lost dispute up again; `escalate` turns a question of the bank into a dispute with money. */
export type Outcome = 'won' | 'lost' | 'prevented' | 'escalate' | 'appeal';

/** What the bank decides, at any time. */
export function decideDispute(call: Call, id: string, outcome: Outcome): Stripe.Dispute {
  const dispute = need(call, 'dispute', id, 'dispute');
  const inquiry = dispute.status.startsWith('warning_');
  if (outcome === 'escalate') return escalate(call, dispute);
  if (outcome === 'appeal') return change(call, dispute, 'appeal_needs_response', 'charge.dispute.updated');
  const status = inquiry ? 'warning_closed' : outcome;
  const closed = change(call, dispute, status, 'charge.dispute.closed');
  const isOut = closed.balance_transactions.reduce((sum, { amount }) => sum + amount, 0) < 0;
  if (outcome !== 'lost') return isOut ? moveDisputeMoney(call, closed, 'back') : closed;
  // One that had been won is taken a second time.
  return isOut || inquiry ? closed : moveDisputeMoney(call, closed, 'out');
}

/** What follows from the evidence, a moment after it was submitted. */
export function decideByEvidence(call: Call, id: string): void {
  const { verdict } = call.books.hidden('dispute', id);
  if (verdict) decideDispute(call, id, verdict);
}

/** POST /v1/disputes/:id/close: the merchant gives in. */
export function closeDispute(call: Call): Stripe.Dispute {
  const dispute = need(call, 'dispute', call.id, 'dispute');
  if (!WANTS_ANSWER.includes(dispute.status)) throw invalid('This dispute is already closed.', undefined, 'dispute');
  return decideDispute(call, dispute.id, 'lost');
}

function escalate(call: Call, dispute: Stripe.Dispute): Stripe.Dispute {
  if (!dispute.status.startsWith('warning_')) throw invalid('Only an inquiry escalates.', undefined, 'dispute');
  const asked = { ...dispute, is_charge_refundable: false };
  const card = dispute.payment_method_details?.card;
  if (card) asked.payment_method_details = { type: 'card', card: { ...card, case_type: 'chargeback' } };
  return moveDisputeMoney(call, change(call, asked, 'needs_response', 'charge.dispute.updated'), 'out');
}

function change(call: Call, dispute: Stripe.Dispute, status: Stripe.Dispute.Status, event: string): Stripe.Dispute {
  const wants = status.endsWith('needs_response');
  const changed = call.books.put('dispute', {
    ...dispute,
    status,
    evidence_details: {
      ...dispute.evidence_details,
      due_by: wants ? call.nowSeconds + 7 * 86_400 : dispute.evidence_details.due_by,
    },
  });
  call.emit(event, changed, { status: dispute.status });
  return changed;
}
