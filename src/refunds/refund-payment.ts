import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Refund } from './refund.ts';
import { type PaymentRefundOrder, reservePaymentRefund } from './reserve-payment-refund.ts';
import { sendOrdered } from './send-ordered.ts';

/**
 * Gives back what a payment settled, or part of it, of one or several documents: reserves, sends to the gateway, records;
 * or leaves it to a second person. Gives the refund as it then stands. Errors: as reservePaymentRefund.
 */
export async function refundPayment(parts: PaymentParts, order: PaymentRefundOrder): Promise<Refund[]> {
  return sendOrdered(parts, await reservePaymentRefund(parts, order), order.submissionId);
}
