import { recordAudit, SYSTEM } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { OPEN_ATTEMPTS } from './attempt.ts';
import { movePayment } from './payments.store.ts';

type Parts = { db: Db; clock: Clock };

/** Closes a payment that the gateway says is cancelled there: it can never be paid any more. Frees what it was for. */
export async function closeCancelled({ db, clock }: Parts, paymentId: string): Promise<void> {
  await db.tx(() => close({ db, clock }, paymentId));
}

/**
 * The same where the gateway will not make the payment and knows of none. Gives false, and changes nothing, when it has
 * been made since: then only the gateway may say that it is over.
 */
export async function closeUnmade({ db, clock }: Parts, paymentId: string): Promise<boolean> {
  return db.tx(async () => {
    const unmade = await db.q
      .updateTable('payment')
      .set({ next_look_at: null })
      .where('id', '=', paymentId)
      .where('gateway_ref', 'is', null)
      .executeTakeFirst();
    if (unmade.numUpdatedRows !== 1n) return false;
    await close({ db, clock }, paymentId);
    return true;
  });
}

async function close({ db, clock }: Parts, paymentId: string): Promise<void> {
  const set = { cancelled_at: nowIso(clock), next_look_at: null, in_flight_since: null };
  if (!(await movePayment(db, paymentId, 'cancelled', set))) return;
  // All of them, also one that was begun a moment ago: no try of a closed payment may be sent.
  await db.q
    .updateTable('attempt')
    .set({ state: 'abandoned', ended_at: nowIso(clock) })
    .where('payment_id', '=', paymentId)
    .where('state', 'in', OPEN_ATTEMPTS)
    .execute();
  await db.q.deleteFrom('lease').where('payment_id', '=', paymentId).execute();
  // What was handed to the customer is over with it.
  await db.q
    .updateTable('link')
    .set({ ended_as: 'closed', ended_at: nowIso(clock) })
    .where('payment_id', '=', paymentId)
    .where('ended_as', 'is', null)
    .execute();
  await recordAudit(
    { db, clock },
    { actor: SYSTEM, action: 'payment.cancelled', subjectKind: 'payment', subjectId: paymentId },
  );
}
