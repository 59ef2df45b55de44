import type { Actor } from '../audit/record.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { refuseWhileUnexplained } from '../payables/unexplained-refund.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { auditRefund } from './audit-refund.ts';
import { bookRefund } from './book-refund.ts';
import type { Refund } from './refund.ts';
import { leftOfDeposit, paymentRoomOf } from './refund-rooms.store.ts';
import { documentsOfRefund, moveRefund, readRefund } from './refunds.store.ts';
import { refuseBeyondRoom } from './reserve-payment-refund.ts';
import { sendOrdered } from './send-ordered.ts';

/**
 * The second person agrees to a refund that waits: it is checked again under lock against what is left, and then goes out
 * as any other. Of two who agree at once one is first, so it is sent once. Gives it as it then stands.
 * Errors: 404; Refusal `own-refund` (403); `not-waiting`, `more-than-left`, `unexplained-refund` (409).
 */
export async function approveRefund(
  parts: PaymentParts,
  { refundId, actor }: { refundId: string; actor: Actor & { id: string } },
): Promise<Refund> {
  const { db, clock } = parts;
  const approved = await db.tx(async () => {
    const { paymentId } = await readRefund(db, refundId);
    const ids = await documentsOfRefund(db, { id: refundId, paymentId });
    await lockPayables(db, ids);
    const refund = await readRefund(db, refundId);
    if (refund.state !== 'waiting') throw notWaiting();
    if (refund.createdBy === actor.id) throw ownRefund();
    await refuseWhileUnexplained(db, ids);
    await refuseWithoutRoom(db, refund);
    const byCard = refund.method === 'card';
    const set = {
      decided_by: actor.id,
      decided_at: nowIso(clock),
      next_look_at: byCard ? laterIso(clock, MINUTE_MS) : null,
    };
    if (!(await moveRefund(db, refundId, 'reserved', set, ['waiting']))) throw notWaiting();
    await auditRefund(parts, refund, { deed: 'approved', actor });
    if (!byCard) await bookRefund(parts, refundId, { state: 'succeeded', actor });
    return refund;
  });
  await sendOrdered(parts, [{ ...approved, state: 'reserved' }], approved.submissionId);
  return readRefund(db, refundId);
}

async function refuseWithoutRoom(db: Db, refund: Refund): Promise<void> {
  if (refund.paymentId) return refuseBeyondRoom(await paymentRoomOf(db, refund.paymentId, refund.id), refund.lines);
  for (const { payableId, amountMinor } of refund.lines) {
    if ((await leftOfDeposit(db, payableId, { without: refund.id })) >= amountMinor) continue;
    throw new Refusal('more-than-left', 409, 'So much is no longer left of this deposit. Decline the refund instead.');
  }
}

export function notWaiting(): Refusal {
  return new Refusal('not-waiting', 409, 'This refund has been decided meanwhile. Open it again to see how.');
}

function ownRefund(): Refusal {
  return new Refusal(
    'own-refund',
    403,
    'You asked for this refund yourself, so somebody else has to approve it. You can withdraw it.',
  );
}
