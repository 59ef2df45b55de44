import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Refund } from './refund.ts';
import { type RefundOrder, reserveRefund } from './reserve-refund.ts';
import { sendOrdered } from './send-ordered.ts';

/**
 * Gives back what is left of a deposit, or part of it: reserves, sends to the gateway, records. A gateway that gives no
 * clear answer leaves the refund on its way, and the sweeper sees to it. Gives the refunds as they then stand.
 * Errors: as reserveRefund.
 */
export async function refundDeposit(parts: PaymentParts, order: RefundOrder): Promise<Refund[]> {
  return sendOrdered(parts, await reserveRefund(parts, order), order.submissionId);
}
