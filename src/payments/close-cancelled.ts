import { recordAudit, SYSTEM } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Payment } from './payment.ts';
import { moveAttempt, movePayment } from './payments.store.ts';

/**
 * Closes a payment that can never be paid any more, and frees what it was for. Only on the gateway's word: that it is
 * cancelled there, or that it will not make it and knows of none.
 */
export async function closeCancelled({ db, clock }: { db: Db; clock: Clock }, payment: Payment): Promise<void> {
  await db.tx(async () => {
    const set = { cancelled_at: nowIso(clock), next_look_at: null, in_flight_since: null };
    if (!(await movePayment(db, payment.id, 'cancelled', set))) return;
    if (payment.attemptId) await moveAttempt(db, payment.attemptId, 'abandoned', { ended_at: nowIso(clock) });
    await db.q.deleteFrom('lease').where('payment_id', '=', payment.id).execute();
    await recordAudit(
      { db, clock },
      { actor: SYSTEM, action: 'payment.cancelled', subjectKind: 'payment', subjectId: payment.id },
    );
  });
}
