import type { Actor } from '../audit/record.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { readReason } from '../payables/reason.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { Refusal } from '../platform/refusal.ts';
import { notWaiting } from './approve-refund.ts';
import { auditRefund } from './audit-refund.ts';
import { documentsOfRefund, moveRefund, readRefund } from './refunds.store.ts';

/**
 * Ends a refund that waits for a second person: they decline it, or whoever asked withdraws it. Nothing was sent, and what
 * it was of is free again. Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-own-refund`, `own-refund`
 * (403); `not-waiting` (409).
 */
export async function endWaitingRefund(
  parts: PaymentParts,
  {
    refundId,
    as,
    reason: given,
    actor,
  }: { refundId: string; as: 'declined' | 'withdrawn'; reason: string; actor: Actor & { id: string } },
): Promise<void> {
  const { db, clock } = parts;
  const reason = readReason(given);
  await db.tx(async () => {
    const { paymentId } = await readRefund(db, refundId);
    await lockPayables(db, await documentsOfRefund(db, { id: refundId, paymentId }));
    const refund = await readRefund(db, refundId);
    if (refund.state !== 'waiting') throw notWaiting();
    refuseWrongPerson(as, refund.createdBy === actor.id);
    const now = nowIso(clock);
    const set = { decided_by: actor.id, decided_at: now, decision_reason: reason, ended_at: now };
    if (!(await moveRefund(db, refundId, as, set, ['waiting']))) throw notWaiting();
    await auditRefund(parts, refund, { deed: as, actor, more: { reason } });
  });
}

function refuseWrongPerson(as: 'declined' | 'withdrawn', isOwn: boolean): void {
  if (as === 'declined' && isOwn) {
    throw new Refusal('own-refund', 403, 'You asked for this refund yourself: withdraw it instead of declining it.');
  }
  if (as === 'withdrawn' && !isOwn) {
    throw new Refusal('not-own-refund', 403, 'Only whoever asked for this refund can withdraw it. You can decline it.');
  }
}
