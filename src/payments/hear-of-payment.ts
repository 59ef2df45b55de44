import { gatewayOf } from '../accounts/accounts.store.ts';
import { openCase } from '../cases/open-case.ts';
import type { GatewayPayment } from '../gateway/gateway.ts';
import type { PaymentParts } from './payment-parts.ts';
import { findPaymentByRef } from './payments.store.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * What a word about a payment at the gateway leads to: one of ours is settled, also when the answer that names it was
 * lost; money with our mark that no payment of ours can take becomes a case, once. Errors: GatewayError when it cannot be
 * asked.
 */
export async function hearOfPayment(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const known = await findPaymentByRef(parts.db, accountId, gatewayRef);
  const paymentId = known?.id ?? (await adopt(parts, accountId, gatewayRef));
  if (!paymentId) return;
  if ((await settlePayment(parts, paymentId)) === 'cancelled') await tellOfMoneyAfterAll(parts, accountId, gatewayRef);
}

/**
 * The message came before the answer that names the payment, or the answer was lost: our mark on it tells whose it is.
 * Gives the payment's id, or undefined where none of ours is meant.
 */
async function adopt(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<string | undefined> {
  const gateway = await gatewayOf(parts, accountId);
  const truth = await gateway.readPayment(gatewayRef);
  if (!truth.reference) return undefined;
  const adopted = await parts.db.q
    .updateTable('payment')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', truth.reference)
    .where('account_id', '=', accountId)
    .where('gateway_ref', 'is', null)
    .executeTakeFirst();
  if (adopted.numUpdatedRows === 1n) return truth.reference;
  const ours = await findPaymentByRef(parts.db, accountId, gatewayRef);
  if (!ours && truth.status === 'succeeded') {
    await openUnknownCharge(
      parts,
      { accountId, truth },
      `The gateway took money for ${gatewayRef}, which says it is ours, but we have no such payment. Find out whose it is, then book or refund it.`,
    );
  }
  return ours?.id;
}

/** Cancelled is the gateway's own word, so this should never be; if it is, a person must know at once. */
async function tellOfMoneyAfterAll(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const truth = await (await gatewayOf(parts, accountId)).readPayment(gatewayRef);
  if (truth.status !== 'succeeded') return;
  await openUnknownCharge(
    parts,
    { accountId, truth },
    `The gateway took money for ${gatewayRef}, but that payment is cancelled here. Book or refund it.`,
  );
}

async function openUnknownCharge(
  parts: PaymentParts,
  { accountId, truth }: { accountId: string; truth: GatewayPayment },
  summary: string,
): Promise<void> {
  await openCase(parts, {
    kind: 'unknown-charge',
    dedupeKey: `unknown-${truth.ref}`,
    subjectKind: 'account',
    subjectId: accountId,
    summary,
    detail: {
      gatewayRef: truth.ref,
      reference: truth.reference,
      receivedMinor: truth.receivedMinor,
      currency: truth.money.currency,
    },
  });
}
