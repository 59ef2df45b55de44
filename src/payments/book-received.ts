import { gatewayOf } from '../accounts/accounts.store.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { settleCase } from '../cases/settle-case.ts';
import type { GatewayPayment } from '../gateway/gateway.ts';
import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { Refusal } from '../platform/refusal.ts';
import { bookPayment } from './book-payment.ts';
import { mismatchKey, mismatchOf } from './gateway-mismatch.ts';
import { isFinal, type Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { partsOf, readPayment } from './payments.store.ts';

/**
 * Books a payment of which the gateway has received another sum than was agreed, over what it received: a person has
 * compared both. The documents get that sum, what they lack stays due, and what they do not need is held as a deposit;
 * lease, receipt and links follow as for any payment. Its case closes. Gives the sum, whole minor units.
 * Errors: 404; Refusal `not-received` (409) where the sum is not all that differs; GatewayError.
 */
export async function bookReceived(
  parts: PaymentParts,
  { paymentId, actor }: { paymentId: string; actor: Actor & { id: string } },
): Promise<number> {
  const { db } = parts;
  const before = await readPayment(db, paymentId);
  const gateway = await gatewayOf(parts, before.accountId);
  const truth = await gateway.readPayment(before.gatewayRef ?? '');
  await db.tx(async () => {
    await lockPayables(
      db,
      (await partsOf(db, paymentId)).map((part) => part.payableId),
    );
    const payment = await readPayment(db, paymentId);
    await refuseOtherDifference(parts, payment, truth);
    const agreed = await db.q
      .updateTable('payment')
      .set({ amount_minor: truth.receivedMinor, received_by: actor.id })
      .where('id', '=', paymentId)
      .where('state', '=', payment.state)
      .where('amount_minor', '=', payment.amountMinor)
      .executeTakeFirst();
    if (agreed.numUpdatedRows !== 1n) throw notReceived();
    const show = (amountMinor: number) => plainAmount({ amountMinor, currency: payment.currency });
    await recordAudit(parts, {
      actor,
      action: 'payment.received-booked',
      subjectKind: 'payment',
      subjectId: paymentId,
      detail: {
        amount: { from: show(payment.amountMinor), to: show(truth.receivedMinor) },
        currency: payment.currency,
      },
    });
    await bookPayment(parts, paymentId, truth);
    const sum = showMoneyWithCode({ amountMinor: truth.receivedMinor, currency: payment.currency });
    const resolution = `Booked over ${sum}, which the gateway had received.`;
    await settleCase(parts, { dedupeKey: mismatchKey(paymentId), resolution, actor });
  });
  return truth.receivedMinor;
}

/** Only the sum may differ: a payment of somebody else, of another currency or mode is never booked as ours. */
async function refuseOtherDifference(parts: PaymentParts, payment: Payment, truth: GatewayPayment): Promise<void> {
  const isTaken = truth.status === 'succeeded' && truth.receivedMinor > 0 && !isFinal(payment.state);
  const differs = truth.receivedMinor !== payment.amountMinor;
  const asReceived = { ...payment, amountMinor: truth.receivedMinor };
  if (isTaken && differs && (await mismatchOf(parts.db, asReceived, truth)) === undefined) return;
  throw notReceived();
}

function notReceived(): Refusal {
  return new Refusal(
    'not-received',
    409,
    'There is nothing to book so: the payment is settled meanwhile, or more than its sum differs at the gateway.',
  );
}
