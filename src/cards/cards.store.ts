import type { Selectable } from 'kysely';
import type { CardExpiry } from '../gateway/card-expiry.ts';
import type { Db } from '../platform/database/database.ts';
import type { SavedCardTable } from '../platform/database/tables.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import type { ExpiringCursor } from './expiring.ts';
import type { SavedCard } from './saved-card.ts';

/** Undefined when there is none of that id. */
export async function findCard(db: Db, id: string): Promise<SavedCard | undefined> {
  const row = await db.read.selectFrom('saved_card').selectAll().where('id', '=', id).executeTakeFirst();
  return row && savedCardOf(row);
}

/** A customer's cards in all accounts that were not removed, the default first, then the newest. */
export async function cardsOf(db: Db, customerId: string): Promise<SavedCard[]> {
  const rows = await db.read
    .selectFrom('saved_card')
    .selectAll()
    .where('customer_id', '=', customerId)
    .where('removed_at', 'is', null)
    .orderBy('is_default', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(savedCardOf);
}

/** True while a consent stands that nobody has withdrawn: without one, a card is never charged. */
export async function hasConsent(db: Db, cardId: string): Promise<boolean> {
  const row = await db.read
    .selectFrom('consent')
    .select('id')
    .where('saved_card_id', '=', cardId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

export interface ExpiringCard extends CardExpiry {
  id: string;
  brand: string;
  last4: string;
  customer: { id: string; number: string; name: string };
  account: { id: string; name: string; livemode: boolean };
}

/** Cards that end in one of these months, the first to end first; one more than a page shows. */
export async function expiringCards(
  db: Db,
  months: readonly CardExpiry[],
  after?: ExpiringCursor,
): Promise<ExpiringCard[]> {
  const rows = await db.read
    .selectFrom('saved_card')
    .innerJoin('customer', 'customer.id', 'saved_card.customer_id')
    .innerJoin('account', 'account.id', 'saved_card.account_id')
    .select(['saved_card.id', 'brand', 'last4', 'exp_month', 'exp_year', 'saved_card.account_id'])
    .select(['customer_id', 'customer.number', 'customer.name', 'account.name as account_name', 'livemode'])
    .where('removed_at', 'is', null)
    .where((where) =>
      where.or(
        months.map((one) => where.and([where('exp_year', '=', one.expYear), where('exp_month', '=', one.expMonth)])),
      ),
    )
    .$if(after !== undefined, (query) =>
      query.where((where) => {
        const { expYear, expMonth, id } = after as ExpiringCursor;
        return where.or([
          where('exp_year', '>', expYear),
          where.and([where('exp_year', '=', expYear), where('exp_month', '>', expMonth)]),
          where.and([
            where('exp_year', '=', expYear),
            where('exp_month', '=', expMonth),
            where('saved_card.id', '>', id),
          ]),
        ]);
      }),
    )
    .orderBy('exp_year')
    .orderBy('exp_month')
    .orderBy('saved_card.id')
    .limit(PAGE_SIZE + 1)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    brand: row.brand,
    last4: row.last4,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    customer: { id: row.customer_id, number: row.number, name: row.name },
    account: { id: row.account_id, name: row.account_name, livemode: row.livemode === 1 },
  }));
}

function savedCardOf(row: Selectable<SavedCardTable>): SavedCard {
  return {
    id: row.id,
    customerId: row.customer_id,
    accountId: row.account_id,
    methodRef: row.method_ref,
    brand: row.brand,
    last4: row.last4,
    expMonth: row.exp_month,
    expYear: row.exp_year,
    isDefault: row.is_default === 1,
    createdAt: row.created_at,
    removedAt: row.removed_at ?? undefined,
  };
}
