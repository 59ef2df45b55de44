import { GatewayError } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Refund } from './refund.ts';
import { refundsOfForm } from './refunds.store.ts';
import { sendRefund } from './send-refund.ts';

/**
 * Sends the refunds of one form that are reserved for a card. A gateway that gives no clear answer leaves a refund on its
 * way, and the sweeper sees to it. Gives the refunds as they then stand.
 */
export async function sendOrdered(
  parts: PaymentParts,
  refunds: readonly Refund[],
  submissionId: string,
): Promise<Refund[]> {
  for (const { id, method, state } of refunds) {
    if (method !== 'card' || state === 'waiting') continue;
    await sendRefund(parts, id).catch((error) => {
      if (!(error instanceof GatewayError)) throw error;
      parts.log.warn({ err: error, refundId: id }, 'a refund has no clear answer yet; it is asked for again');
    });
  }
  return refundsOfForm(parts.db, submissionId);
}
