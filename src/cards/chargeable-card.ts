import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

/** A kept card that may be charged: whose consent stands. */
export interface ChargeableCard {
  id: string;
  methodRef: string;
  brand: string;
  last4: string;
}

/**
 * The kept card, if it may be charged for this customer in this account. One that belongs to somebody else is refused and
 * stands in the log. Errors (Refusal): `card-foreign` 403, `card-removed` and `card-account` 409.
 */
export async function chargeableCard(
  parts: { db: Db; clock: Clock },
  wanted: { cardId: string; customerId: string; accountId: string; actor: Actor },
): Promise<ChargeableCard> {
  const { db } = parts;
  const row = await db.read
    .selectFrom('saved_card')
    .selectAll()
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('consent')
            .select('consent.id')
            .whereRef('consent.saved_card_id', '=', 'saved_card.id')
            .where('consent.withdrawn_at', 'is', null),
        )
        .as('agreed'),
    )
    .where('id', '=', wanted.cardId)
    .executeTakeFirst();
  if (row?.customer_id !== wanted.customerId) {
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'card.foreign-refused',
      subjectKind: 'customer',
      subjectId: wanted.customerId,
      detail: { cardId: wanted.cardId.slice(0, 40), exists: row !== undefined },
    });
    throw new Refusal('card-foreign', 403, 'This card is not kept for this customer. Nothing was charged.');
  }
  if (row.removed_at || !row.agreed) {
    throw new Refusal('card-removed', 409, 'This card has been removed, so it cannot be charged any more.');
  }
  if (row.account_id !== wanted.accountId) {
    throw new Refusal(
      'card-account',
      409,
      'This card is kept in another payment service account and cannot be charged in this one.',
    );
  }
  return { id: row.id, methodRef: row.method_ref, brand: row.brand, last4: row.last4 };
}
