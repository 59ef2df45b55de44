import { cancelPayment } from '../payments/cancel-payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { START_AGAIN_AFTER_MS } from '../payments/refuse-in-flight.ts';
import { Refusal } from '../platform/refusal.ts';
import type { LivePayment } from './checkout.store.ts';

/**
 * Gives up a try that somebody left, so that this payer can begin anew. Errors: Refusal `too-early` (409) while the
 * other try may still be going on.
 */
export async function startAgain(
  parts: PaymentParts,
  wish: { live: LivePayment; customerId: string; ip: string | undefined },
): Promise<void> {
  const { live } = wish;
  const ageMs = live.inFlightSince
    ? parts.clock.now().getTime() - Date.parse(live.inFlightSince)
    : Number.POSITIVE_INFINITY;
  if (ageMs < START_AGAIN_AFTER_MS) {
    throw new Refusal('too-early', 409, 'The other try may still be going on. Please wait a few minutes.');
  }
  await cancelPayment(parts, {
    paymentId: live.id,
    actor: { kind: 'customer', id: wish.customerId, ip: wish.ip },
    reason: 'the payer starts again',
  });
}
