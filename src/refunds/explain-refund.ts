import type { Actor } from '../audit/record.ts';
import { settleCase } from '../cases/settle-case.ts';
import { type CreditReason, creditReasonFaults } from '../invoices/credit-note.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { auditRefund } from './audit-refund.ts';
import { finishGivingBack, memoOf } from './book-refund.ts';
import { type ClaimOutcome, elsewhereKey, isUnexplained, type Refund } from './refund.ts';
import { paymentRoomOf } from './refund-rooms.store.ts';
import { documentsOfRefund, readRefund } from './refunds.store.ts';
import { outcomeOf, type RefundShare, refuseBeyondRoom } from './reserve-payment-refund.ts';
import { takeFromDocuments } from './take-from-documents.ts';

export interface Explanation {
  refundId: string;
  /** Of which documents the money was: together all of it. */
  shares: RefundShare[];
  outcome: ClaimOutcome | undefined;
  reasonKind: CreditReason;
  reason: string;
  actor: Actor & { id: string };
}

/**
 * Says of what a refund was that somebody made at the gateway: the money leaves suspense, and what follows is as for a
 * refund that was ordered here. Its case closes. Of two who say it at once one is first.
 * Errors: 404; Refusal `fields-invalid` (422); `more-than-left`, `refund-waits`, `explained-already` (409).
 */
export async function explainRefund(parts: PaymentParts, order: Explanation): Promise<Refund> {
  const { db } = parts;
  const given = { ...order, reason: tidyLine(order.reason) };
  const faults = creditReasonFaults(given);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return db.tx(async () => {
    const { paymentId = '' } = await readRefund(db, given.refundId);
    const payables = await lockPayables(db, await documentsOfRefund(db, { id: given.refundId, paymentId }));
    const found = await readRefund(db, given.refundId);
    if (!isUnexplained(found)) throw explainedAlready();
    refuseOtherSum(found, given.shares);
    const room = await paymentRoomOf(db, paymentId, found.id, { hasGone: true });
    try {
      refuseBeyondRoom(room, given.shares);
    } catch (refusal) {
      await refuseWhileOneWaits(db, paymentId);
      throw refusal;
    }
    await writeExplanation(parts, given);

    const refund = await readRefund(db, found.id);
    await auditRefund(parts, refund, {
      deed: 'explained',
      actor: given.actor,
      more: { outcome: given.outcome, reasonKind: given.reasonKind, reason: given.reason },
    });
    if (refund.state === 'succeeded') {
      const debits = await takeFromDocuments(parts, refund, payables);
      await postJournal(parts, {
        kind: 'refund-explained',
        subjectKind: 'refund',
        subjectId: refund.id,
        memo: memoOf('Refund made at the gateway', refund, payables),
        lines: [...debits, { ledgerAccount: 'suspense', currency: refund.currency, amountMinor: -refund.amountMinor }],
      });
      await finishGivingBack(parts, refund, given.actor);
    }
    await settleCase(parts, {
      dedupeKey: elsewhereKey(refund.gatewayRef ?? ''),
      resolution: `Said what it was for: ${memoOf('refund', refund, payables)}.`,
      actor: given.actor,
    });
    return readRefund(db, refund.id);
  });
}

/** Where it does not fit: perhaps because somebody had promised here what went back at the gateway. */
async function refuseWhileOneWaits({ q }: Db, paymentId: string): Promise<void> {
  const waiting = await q
    .selectFrom('refund')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (!waiting) return;
  throw new Refusal(
    'refund-waits',
    409,
    'Another refund of this payment waits for a second person. Decline or withdraw it first: this money has gone already.',
    { detail: { refundId: waiting.id } },
  );
}

async function writeExplanation(parts: PaymentParts, given: Explanation): Promise<void> {
  const { q } = parts.db;
  const said = await q
    .updateTable('refund')
    .set({
      decided_by: given.actor.id,
      decided_at: nowIso(parts.clock),
      reason_kind: given.reasonKind,
      reason: given.reason,
    })
    .where('id', '=', given.refundId)
    .where('decided_at', 'is', null)
    .executeTakeFirst();
  if (said.numUpdatedRows !== 1n) throw explainedAlready();
  await q
    .insertInto('refund_line')
    .values(
      given.shares.map(({ payableId, amountMinor }) => ({
        refund_id: given.refundId,
        payable_id: payableId,
        amount_minor: amountMinor,
        outcome: outcomeOf(payableId, given.outcome),
        allocation_id: null,
      })),
    )
    .execute();
}

function refuseOtherSum({ amountMinor, currency }: Refund, shares: readonly RefundShare[]): void {
  const show = (minor: number) => showMoneyWithCode({ amountMinor: minor, currency });
  const whole = shares.every((one) => Number.isSafeInteger(one.amountMinor) && one.amountMinor > 0);
  if (!whole) throw refuseFields({ form: 'Enter sums above zero.' });
  const sumMinor = shares.reduce((sum, one) => sum + one.amountMinor, 0);
  if (sumMinor === amountMinor) return;
  throw refuseFields({ form: `The refund was of ${show(amountMinor)}; these sums come to ${show(sumMinor)}.` });
}

function explainedAlready(): Refusal {
  return new Refusal(
    'explained-already',
    409,
    'Somebody has said meanwhile what this refund was for, or it came back. Open it again to see how it stands.',
  );
}
