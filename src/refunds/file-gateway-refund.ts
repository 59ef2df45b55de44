import { SYSTEM } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { settleCase } from '../cases/settle-case.ts';
import type { GatewayRefund } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { Payment } from '../payments/payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { findPaymentByRef } from '../payments/payments.store.ts';
import { settlePayment } from '../payments/settle-payment.ts';
import { laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { auditRefund } from './audit-refund.ts';
import { elsewhereKey } from './refund.ts';
import { documentsOfRefund, readRefund } from './refunds.store.ts';
import { settleRefund } from './settle-refund.ts';

/** True for money that has left for the customer, or is about to. */
export function hasLeft({ status }: Pick<GatewayRefund, 'status'>): boolean {
  return status === 'pending' || status === 'succeeded';
}

/**
 * Takes in a refund that was made at the gateway of a payment of ours: a row of its own, once however often and by
 * whomever it is heard of (unique index), with a case; the money stands in suspense until a person has said what it was
 * for. Errors: GatewayError when the gateway cannot be asked.
 */
export async function fileGatewayRefund(parts: PaymentParts, accountId: string, truth: GatewayRefund): Promise<void> {
  const payment = await findPaymentByRef(parts.db, accountId, truth.paymentRef ?? '');
  if (!payment) return;
  const state = payment.state === 'paid' ? 'paid' : await settlePayment(parts, payment.id);
  if (state !== 'paid') return tellOfUnpaid(parts, payment, truth);
  const id = await fileOnce(parts, payment, truth);
  if (id) await settleRefund(parts, id);
}

/** Gives the id of the new row; undefined when somebody has filed it before. */
async function fileOnce(parts: PaymentParts, payment: Payment, truth: GatewayRefund): Promise<string | undefined> {
  const { db, clock } = parts;
  return db.tx(async () => {
    await lockPayables(db, await documentsOfRefund(db, { id: '', paymentId: payment.id }));
    const filed = await db.q
      .insertInto('refund')
      .values({
        id: newId('ref'),
        method: 'card',
        state: 'pending',
        origin: 'gateway',
        customer_id: payment.customerId,
        payment_id: payment.id,
        account_id: payment.accountId,
        currency: truth.money.currency,
        amount_minor: truth.money.amountMinor,
        gateway_ref: truth.ref,
        reference: '',
        reason: '',
        note: '',
        submission_id: elsewhereKey(truth.ref),
        part: 0,
        created_by: null,
        created_at: nowIso(clock),
        sent_at: truth.createdAt,
        next_look_at: laterIso(clock, MINUTE_MS),
      })
      .onConflict((clash) => clash.columns(['account_id', 'gateway_ref']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!filed) return undefined;
    await auditRefund(parts, await readRefund(db, filed.id), { deed: 'found', actor: { kind: 'gateway' } });
    await openCase(parts, {
      kind: 'refund-elsewhere',
      dedupeKey: elsewhereKey(truth.ref),
      subjectKind: 'refund',
      subjectId: filed.id,
      customerId: payment.customerId,
      summary: `${showMoneyWithCode(truth.money)} of a payment was refunded at the gateway (${truth.ref}), not here. Say of which document it was, and whether the sum is owed again or the claim is reduced. Until then it stands in suspense, and no reminder goes to the customer.`,
      detail: { refundId: filed.id, paymentId: payment.id, gatewayRef: truth.ref, ...truth.money },
    });
    await settleCase(parts, {
      dedupeKey: unpaidKey(truth.ref),
      resolution: 'The payment is booked, and so is its refund.',
      actor: SYSTEM,
    });
    return filed.id;
  });
}

/** The payment itself is not in the books: there is nothing here that the refund could be of. */
async function tellOfUnpaid(parts: PaymentParts, payment: Payment, truth: GatewayRefund): Promise<void> {
  await openCase(parts, {
    kind: 'refund-elsewhere',
    dedupeKey: unpaidKey(truth.ref),
    subjectKind: 'payment',
    subjectId: payment.id,
    customerId: payment.customerId,
    summary: `${showMoneyWithCode(truth.money)} of this payment was refunded at the gateway (${truth.ref}), and the payment is not in the books. Settle the payment first; the refund follows by itself.`,
    detail: { gatewayRef: truth.ref, ...truth.money },
  });
}

function unpaidKey(gatewayRef: string): string {
  return `refund-of-unpaid-${gatewayRef}`;
}
