import type { Actor } from '../audit/record.ts';
import type { CardParts } from './card-parts.ts';
import { detachCard } from './detach-card.ts';
import { markCardRemoved } from './mark-card-removed.ts';
import { ownCard } from './own-card.ts';

/**
 * Removes a card for good: marked at once with its consents withdrawn, so that nobody charges it from then on, and then
 * taken away at the gateway; where that fails, a job repeats it. Gives false when it was removed before.
 * Errors: Refusal `card-foreign` (403), 404.
 */
export async function removeCard(
  parts: CardParts,
  wish: { cardId: string; customerId: string; actor: Actor },
): Promise<boolean> {
  const card = await ownCard(parts, wish);
  const removed = await markCardRemoved(parts, card, wish.actor);
  if (removed) await detachCard(parts, card.id);
  return removed;
}
