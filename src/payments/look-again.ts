import { GatewayError } from '../gateway/gateway.ts';
import { MINUTE_MS } from '../platform/clock.ts';
import { countHit } from '../platform/throttle.ts';
import type { PaymentParts } from './payment-parts.ts';
import { settlePayment } from './settle-payment.ts';

const LOOKS_PER_MINUTE = 30;

/** Asks the gateway on behalf of a page that waits, within bounds; its silence changes nothing. */
export async function lookAgain(parts: PaymentParts, paymentId: string): Promise<void> {
  if ((await countHit(parts, `looks ${paymentId}`, MINUTE_MS)) > LOOKS_PER_MINUTE) return;
  await settlePayment(parts, paymentId).catch((error) => {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, paymentId }, 'the gateway could not be asked');
  });
}
