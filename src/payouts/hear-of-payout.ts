import { gatewayOf } from '../accounts/accounts.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { takePayout } from './take-payout.ts';

/** What a message about a payout leads to, and a person who asks: the gateway says what is true. Errors: GatewayError. */
export async function hearOfPayout(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const gateway = await gatewayOf(parts, accountId);
  await takePayout(parts, accountId, await gateway.readPayout(gatewayRef));
}
