import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import { type Db, insideTransaction } from '../platform/database/database.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { findCard } from './cards.store.ts';
import type { SavedCard } from './saved-card.ts';

/**
 * The card, if it is this customer's; whose it is never changes, so it may be asked before a transaction.
 * Errors: Refusal `card-foreign` (403), written into the audit log unless one stands in a transaction, which the refusal
 * would take back with everything else; 404 for a card that nobody has.
 */
export async function ownCard(
  parts: { db: Db; clock: Clock },
  asked: { cardId: string; customerId: string; actor: Actor },
): Promise<SavedCard> {
  const card = await findCard(parts.db, asked.cardId);
  if (!card) throw notFound('saved card');
  if (card.customerId === asked.customerId) return card;
  if (!insideTransaction()) {
    await recordAudit(parts, {
      actor: asked.actor,
      action: 'card.foreign-refused',
      subjectKind: 'customer',
      subjectId: asked.customerId,
      detail: { savedCardId: card.id },
    });
  }
  throw new Refusal('card-foreign', 403, 'This saved card belongs to another customer.');
}
