import { type Gateway, GatewayError } from '../gateway/gateway.ts';
import { newId } from '../platform/ids.ts';

/**
 * Cancels a payment at the gateway. A refusal is no error: money has moved or it is over there already, and whoever asks
 * the gateway next learns which. Errors: GatewayError when the gateway cannot be asked.
 */
export async function cancelIntent(gateway: Gateway, ref: string): Promise<void> {
  try {
    // A key of its own each time: a refusal from a moment ago must not be replayed.
    await gateway.cancelPayment(ref, `cancel-${newId('req')}`);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'refused') throw error;
  }
}
