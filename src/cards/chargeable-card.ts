import type { Actor } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { hasConsent } from './cards.store.ts';
import { ownCard } from './own-card.ts';
import type { SavedCard } from './saved-card.ts';

/**
 * The saved card that may be charged for this customer through this account. Ask twice: before the transaction, so that
 * a foreign card is audited, and inside it, where the card is held until the end: who removes it then comes before or after.
 * Errors (Refusal): `card-foreign` 403, `card-removed` 409 (also without a consent that stands), `card-account` 409, 404.
 */
export async function chargeableCard(
  parts: { db: Db; clock: Clock },
  wanted: { cardId: string; customerId: string; accountId: string; actor: Actor },
): Promise<SavedCard> {
  const { db } = parts;
  if (db.dialect === 'postgres') {
    await db.q.selectFrom('saved_card').select('id').where('id', '=', wanted.cardId).forUpdate().execute();
  }
  const card = await ownCard(parts, wanted);
  if (card.removedAt || !(await hasConsent(db, card.id))) {
    throw new Refusal('card-removed', 409, 'This saved card was removed, so it cannot be charged any more.');
  }
  if (card.accountId !== wanted.accountId) {
    throw new Refusal(
      'card-account',
      409,
      'This card is kept with another payment service account, so it cannot be charged through this one.',
    );
  }
  return card;
}
