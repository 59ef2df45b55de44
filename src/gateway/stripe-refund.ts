import type Stripe from 'stripe';
import type { GatewayRefund, GatewayRefundStatus } from './gateway.ts';
import { fromStripeUnits } from './stripe-amounts.ts';
import { idOf } from './stripe-payment.ts';

/** Stripe's refund statuses in our words (docs.stripe.com/refunds); what needs the customer is still on its way. */
const REFUND_STATUSES: Record<string, GatewayRefundStatus> = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

/** A Refund in our words. */
export function gatewayRefundOf(refund: Stripe.Refund): GatewayRefund {
  return {
    ref: refund.id,
    status: REFUND_STATUSES[refund.status ?? ''] ?? 'pending',
    money: fromStripeUnits(refund.amount, refund.currency),
    paymentRef: idOf(refund.payment_intent),
    reference: refund.metadata?.refund,
    failureReason: refund.failure_reason ?? undefined,
    createdAt: new Date(refund.created * 1000).toISOString(),
  };
}
