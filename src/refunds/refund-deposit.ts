import { GatewayError } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Refund } from './refund.ts';
import { refundsOfForm } from './refunds.store.ts';
import { type RefundOrder, reserveRefund } from './reserve-refund.ts';
import { sendRefund } from './send-refund.ts';

/**
 * Gives back what is left of a deposit, or part of it: reserves, sends to the gateway, records. A gateway that gives no
 * clear answer leaves the refund on its way, and the sweeper sees to it. Gives the refunds as they then stand.
 * Errors: as reserveRefund.
 */
export async function refundDeposit(parts: PaymentParts, order: RefundOrder): Promise<Refund[]> {
  const refunds = await reserveRefund(parts, order);
  for (const { id, method } of refunds) {
    if (method !== 'card') continue;
    await sendRefund(parts, id).catch((error) => {
      if (!(error instanceof GatewayError)) throw error;
      parts.log.warn({ err: error, refundId: id }, 'a refund has no clear answer yet; it is asked for again');
    });
  }
  return refundsOfForm(parts.db, order.submissionId);
}
