import { gatewayOf } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { type DisputeEvidence, isRefusedByGateway } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import { DISPUTE_STATES, type Dispute } from './dispute.ts';
import { readDispute, writeDispute } from './disputes.store.ts';
import { takeInDispute } from './take-in-dispute.ts';

export const LONGEST_STATEMENT = 5000;

/**
 * Answers the bank, once: what is told is written down first, then submitted under its own key, then the gateway is asked
 * what came of it. The same form sent twice is one answer. Gives the dispute as it then is.
 * Errors: Refusal `answered`, `not-asked` (409), `fields-invalid` (422); GatewayError when it is not known whether the
 * answer arrived: the sweeper sends it again.
 */
export async function answerDispute(
  parts: PaymentParts,
  order: { disputeId: string; evidence: DisputeEvidence; answerId: string; actor: Actor & { id: string } },
): Promise<Dispute> {
  if (!order.evidence.statement.trim())
    throw refuseFields({ statement: 'Say in a few sentences why the payment is right.' });
  await writeAnswer(parts, order);
  return submit(parts, await readDispute(parts.db, order.disputeId));
}

/** Sends an answer that was written down and that the bank may not have. */
export async function answerAgain(parts: PaymentParts, disputeId: string): Promise<void> {
  const dispute = await readDispute(parts.db, disputeId);
  if (dispute.answer && dispute.submissions === 0 && DISPUTE_STATES[dispute.state].wantsAnswer)
    await submit(parts, dispute);
}

async function writeAnswer(
  parts: PaymentParts,
  { disputeId, evidence, answerId, actor }: Parameters<typeof answerDispute>[1],
): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const dispute = await readDispute(db, disputeId);
    if (dispute.answer?.id === answerId) return;
    if (dispute.answer || dispute.submissions > 0) throw answered();
    if (!DISPUTE_STATES[dispute.state].wantsAnswer) throw notAsked();
    const content = JSON.stringify(evidence);
    const set = { answer: content, answer_id: answerId, answered_at: nowIso(clock), answered_by: actor.id };
    if (!(await writeDispute(db, dispute, set))) throw answered();
    const detail = { characters: content.length };
    await recordAudit(parts, {
      actor,
      action: 'dispute.answer-written',
      subjectKind: 'dispute',
      subjectId: disputeId,
      detail,
    });
  });
}

async function submit(parts: PaymentParts, dispute: Dispute): Promise<Dispute> {
  const { accountId, gatewayRef, answer } = dispute;
  if (!answer) return dispute;
  const gateway = await gatewayOf(parts, accountId);
  try {
    // A gateway keeps what it refused under the key: another answer goes under another.
    await gateway.submitEvidence(gatewayRef, JSON.parse(answer.content), `dispute-answer-${answer.id}`);
  } catch (error) {
    // It may have been answered at the gateway, or its time is up: what is true there counts.
    if (!isRefusedByGateway(error)) throw error;
    const after = await takeInDispute(parts, accountId, gatewayRef);
    if (after.submissions > 0 || !DISPUTE_STATES[after.state].wantsAnswer) return after;
    await forgetAnswer(parts, after);
    throw new Refusal(
      'not-taken',
      409,
      'The payment service did not take the answer. Answer it at its dashboard, with the evidence pack.',
      { cause: error },
    );
  }
  return takeInDispute(parts, accountId, gatewayRef);
}

async function forgetAnswer({ db }: PaymentParts, dispute: Dispute): Promise<void> {
  await writeDispute(db, dispute, { answer: null, answer_id: null, answered_at: null, answered_by: null });
}

function answered(): Refusal {
  return new Refusal('answered', 409, 'This dispute has been answered already; the bank takes one answer only.');
}

function notAsked(): Refusal {
  return new Refusal('not-asked', 409, 'The bank does not wait for an answer to this dispute any more.');
}
