import { openSetupOn } from '../cards/card-setups.store.ts';
import { giveUpSetup } from '../cards/give-up-setup.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { Refusal } from '../platform/refusal.ts';
import { mayStartCardAgain } from './save-card.pages.ts';

/**
 * Gives up a try to save a card that somebody left, so that this customer can begin anew. Errors: Refusal `too-early`
 * (409) while its outcome may still come.
 */
export async function startCardAgain(parts: PaymentParts, linkId: string): Promise<void> {
  const setup = await openSetupOn(parts.db, linkId);
  if (!setup) return;
  if (!mayStartCardAgain(setup, parts.clock.now())) {
    throw new Refusal('too-early', 409, 'The other try may still be going on. Please wait a few minutes.');
  }
  await giveUpSetup(parts, setup.id);
}
