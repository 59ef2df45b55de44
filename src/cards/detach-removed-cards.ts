import { nowIso } from '../platform/clock.ts';
import type { CardParts } from './card-parts.ts';
import { detachCard } from './detach-card.ts';

const AT_ONCE = 20;

/** Asks the gateway again to let go of cards that were removed here, until it agrees. Gives how many were due. */
export async function detachRemovedCards(parts: CardParts): Promise<number> {
  const due = await parts.db.q
    .selectFrom('saved_card')
    .select('id')
    .where('detach_at', '<=', nowIso(parts.clock))
    .orderBy('detach_at')
    .limit(AT_ONCE)
    .execute();
  for (const { id } of due) await detachCard(parts, id);
  return due.length;
}
