import { gatewayOf } from '../accounts/accounts.store.ts';
import { openCase } from '../cases/open-case.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { fileGatewayRefund, hasLeft } from './file-gateway-refund.ts';
import { isOver, type Refund } from './refund.ts';
import { findRefund, readRefund } from './refunds.store.ts';
import { settleRefund } from './settle-refund.ts';

/**
 * What word of a refund leads to: one of ours is settled, also when the answer that names it was lost; one that was made
 * at the gateway of a payment of ours is filed, once, and waits for a person; one that goes there and is over here becomes
 * a case. Errors: GatewayError when it cannot be asked.
 */
export async function hearOfRefund(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const gateway = await gatewayOf(parts, accountId);
  const truth = await gateway.readRefund(gatewayRef);
  const ours = await findRefund(parts.db, { accountId, gatewayRef, reference: truth.reference });
  if (!ours) return fileGatewayRefund(parts, accountId, truth);
  await parts.db.q
    .updateTable('refund')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', ours.id)
    .where('gateway_ref', 'is', null)
    .execute();
  const named = await readRefund(parts.db, ours.id);
  // It carries our mark, and another one is ours already.
  if (named.gatewayRef !== gatewayRef) return fileGatewayRefund(parts, accountId, truth);
  if (isOver(await settleRefund(parts, ours.id))) await tellOfRefundAfterAll(parts, gateway, named);
}

/** Asks again, since it may have failed there only just now. */
async function tellOfRefundAfterAll(parts: PaymentParts, gateway: Gateway, refund: Refund): Promise<void> {
  const truth = await gateway.readRefund(refund.gatewayRef ?? '');
  if (!hasLeft(truth)) return;
  const sum = showMoneyWithCode(truth.money);
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `refund-after-all-${refund.id}`,
    subjectKind: 'refund',
    subjectId: refund.id,
    customerId: refund.customerId,
    summary: `A refund of ${sum} came to nothing here, but the gateway says that it is ${truth.status} (${truth.ref}). Here the money counts as ours: give it back to nobody, and ask the gateway's support what became of it.`,
    detail: { refundId: refund.id, gatewayRef: truth.ref, gatewayStatus: truth.status, ...truth.money },
  });
}
