import { gatewayOf } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { isRefusedByGateway } from '../gateway/gateway.ts';
import { nowIso } from '../platform/clock.ts';
import { cancelIntent } from './cancel-intent.ts';
import { closeUnmade } from './close-cancelled.ts';
import { ensureIntent } from './ensure-intent.ts';
import { isFinal, type Payment, type PaymentState } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { moveAttempt, readPayment } from './payments.store.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * Gives a live payment up, so that something else may happen to what it is for. Only the gateway's word makes it
 * cancelled: when it refuses because money has moved, the payment is settled instead. Gives the state it then has.
 * Errors: GatewayError when the gateway cannot be asked; the wish is kept and the sweeper repeats it.
 */
export async function cancelPayment(
  parts: PaymentParts,
  wish: { paymentId: string; actor: Actor; reason?: string },
): Promise<PaymentState> {
  const payment = await readPayment(parts.db, wish.paymentId);
  if (isFinal(payment.state)) return payment.state;
  await noteWish(parts, payment, wish);
  // A try that has not been sent yet never will be: its request finds the row moved and stops.
  if (payment.attemptId) {
    await moveAttempt(parts.db, payment.attemptId, 'abandoned', { ended_at: nowIso(parts.clock) }, ['started']);
  }

  const gatewayRef = payment.gatewayRef ?? (await nameAtGateway(parts, payment));
  if (!gatewayRef) {
    if (await closeUnmade(parts, payment.id)) return (await readPayment(parts.db, payment.id)).state;
    // Somebody has had it made since we looked: now it has a name to cancel it by.
    return cancelPayment(parts, wish);
  }
  await cancelIntent(await gatewayOf(parts, payment.accountId), gatewayRef);
  return settlePayment(parts, payment.id);
}

/**
 * A payment that was made there and whose name was lost is found again, so that it is cancelled too. Undefined when the
 * gateway will not make it and knows of none: then there is nothing that could ever be paid.
 */
async function nameAtGateway(parts: PaymentParts, payment: Payment): Promise<string | undefined> {
  try {
    return await ensureIntent(parts, payment);
  } catch (error) {
    if (!isRefusedByGateway(error)) throw error;
    return (await readPayment(parts.db, payment.id)).gatewayRef;
  }
}

async function noteWish(parts: PaymentParts, payment: Payment, wish: { actor: Actor; reason?: string }): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const asked = await db.q
      .updateTable('payment')
      .set({
        cancel_asked_at: nowIso(clock),
        cancel_asked_by: wish.actor.kind === 'person' ? (wish.actor.id ?? null) : null,
        next_look_at: nowIso(clock),
      })
      .where('id', '=', payment.id)
      .where('cancel_asked_at', 'is', null)
      .executeTakeFirst();
    if (asked.numUpdatedRows === 0n) return;
    await recordAudit(parts, {
      actor: wish.actor,
      action: 'payment.cancel-asked',
      subjectKind: 'payment',
      subjectId: payment.id,
      detail: wish.reason ? { reason: wish.reason } : {},
    });
  });
}
