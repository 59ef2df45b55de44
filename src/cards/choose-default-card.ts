import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isUniqueViolation } from '../platform/database/unique-violation.ts';
import { Refusal } from '../platform/refusal.ts';
import { ownCard } from './own-card.ts';

/**
 * Makes a card the one that is offered first. A customer has one default in all.
 * Errors: Refusal `card-foreign` (403), `card-removed` (409), 404.
 */
export async function chooseDefaultCard(
  parts: { db: Db; clock: Clock },
  wish: { cardId: string; customerId: string; actor: Actor },
): Promise<void> {
  await ownCard(parts, wish);
  try {
    await choose(parts, wish);
  } catch (error) {
    // A first card became the default meanwhile: choosing anew takes that from it.
    if (!isUniqueViolation(error)) throw error;
    await choose(parts, wish);
  }
}

type Wish = Parameters<typeof chooseDefaultCard>[1];

async function choose(parts: { db: Db; clock: Clock }, wish: Wish): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    // Whoever chooses for this customer at the same time waits here, or the index would refuse the second.
    if (db.dialect === 'postgres') {
      await db.q.selectFrom('customer').select('id').where('id', '=', wish.customerId).forNoKeyUpdate().execute();
    }
    await db.q
      .updateTable('saved_card')
      .set({ is_default: 0 })
      .where('customer_id', '=', wish.customerId)
      .where('is_default', '=', 1)
      .execute();
    const chosen = await db.q
      .updateTable('saved_card')
      .set({ is_default: 1 })
      .where('id', '=', wish.cardId)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    if (chosen.numUpdatedRows !== 1n) {
      throw new Refusal('card-removed', 409, 'This saved card was removed. Choose another.');
    }
    await recordAudit(parts, {
      actor: wish.actor,
      action: 'card.made-default',
      subjectKind: 'customer',
      subjectId: wish.customerId,
      detail: { savedCardId: wish.cardId },
    });
  });
}
