import { gatewayOf } from '../accounts/accounts.store.ts';
import { openCase } from '../cases/open-case.ts';
import type { Gateway, GatewayRefund } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { findPaymentByRef } from '../payments/payments.store.ts';
import { isOver, type Refund } from './refund.ts';
import { findRefund, readRefund } from './refunds.store.ts';
import { settleRefund } from './settle-refund.ts';

/**
 * What a message about a refund leads to: one of ours is settled, also when the answer that names it was lost; one that
 * was made at the gateway of a payment of ours becomes a case, once, and so does one that goes there and is over here.
 * Errors: GatewayError when it cannot be asked.
 */
export async function hearOfRefund(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const gateway = await gatewayOf(parts, accountId);
  const truth = await gateway.readRefund(gatewayRef);
  const ours = await findRefund(parts.db, { accountId, gatewayRef, reference: truth.reference });
  if (!ours) return tellOfRefundElsewhere(parts, accountId, truth);
  await parts.db.q
    .updateTable('refund')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', ours.id)
    .where('gateway_ref', 'is', null)
    .execute();
  const named = await readRefund(parts.db, ours.id);
  // It carries our mark, and another one is ours already.
  if (named.gatewayRef !== gatewayRef) return tellOfRefundElsewhere(parts, accountId, truth);
  if (isOver(await settleRefund(parts, ours.id))) await tellOfRefundAfterAll(parts, gateway, named);
}

/** Asks again, since it may have failed there only just now. */
async function tellOfRefundAfterAll(parts: PaymentParts, gateway: Gateway, refund: Refund): Promise<void> {
  const truth = await gateway.readRefund(refund.gatewayRef ?? '');
  if (!isGone(truth)) return;
  const sum = showMoneyWithCode(truth.money);
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `refund-after-all-${refund.id}`,
    subjectKind: 'deposit',
    subjectId: refund.payableId,
    customerId: refund.customerId,
    summary: `A refund of ${sum} of this deposit came to nothing here, but the gateway says that it is ${truth.status} (${truth.ref}). Here the money counts as held: give it back to nobody, and ask the gateway's support what became of it.`,
    detail: { refundId: refund.id, gatewayRef: truth.ref, gatewayStatus: truth.status, ...truth.money },
  });
}

function isGone({ status }: GatewayRefund): boolean {
  return status === 'pending' || status === 'succeeded';
}

async function tellOfRefundElsewhere(parts: PaymentParts, accountId: string, truth: GatewayRefund): Promise<void> {
  if (!isGone(truth)) return;
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
