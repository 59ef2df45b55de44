import { gatewayOf } from '../accounts/accounts.store.ts';
import { openCase } from '../cases/open-case.ts';
import type { GatewayRefund } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { findPaymentByRef } from '../payments/payments.store.ts';
import { findRefund } from './refunds.store.ts';
import { settleRefund } from './settle-refund.ts';

/**
 * What a message about a refund leads to: one of ours is settled, also when the answer that names it was lost; one that
 * was made at the gateway of a payment of ours becomes a case, once. Errors: GatewayError when it cannot be asked.
 */
export async function hearOfRefund(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const truth = await (await gatewayOf(parts, accountId)).readRefund(gatewayRef);
  const ours = await findRefund(parts.db, { accountId, gatewayRef, reference: truth.reference });
  if (!ours) return tellOfRefundElsewhere(parts, accountId, truth);
  await parts.db.q
    .updateTable('refund')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', ours.id)
    .where('gateway_ref', 'is', null)
    .execute();
  await settleRefund(parts, ours.id);
}

async function tellOfRefundElsewhere(parts: PaymentParts, accountId: string, truth: GatewayRefund): Promise<void> {
  if (truth.status === 'failed' || truth.status === 'cancelled') return;
  const payment = await findPaymentByRef(parts.db, accountId, truth.paymentRef ?? '');
  if (!payment) return;
  await openCase(parts, {
    kind: 'refund-elsewhere',
    dedupeKey: `refund-elsewhere-${truth.ref}`,
    subjectKind: 'payment',
    subjectId: payment.id,
    customerId: payment.customerId,
    summary: `${showMoneyWithCode(truth.money)} of this payment was refunded at the gateway (${truth.ref}), not here, so the books do not know of it. Find out who did it, then correct the books.`,
    detail: { gatewayRef: truth.ref, ...truth.money },
  });
}
