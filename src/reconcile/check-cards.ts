import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of saved cards: nobody's card is kept or charged without their word. */
export async function checkCards(db: Db): Promise<CheckResult[]> {
  return [await cardsRestOnConsents(db), await chargesFitTheirCards(db)];
}

async function cardsRestOnConsents(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select card.id, card.customer_id, 'kept without a consent that stands' as fault from saved_card card
          where card.removed_at is null and not exists (
            select 1 from consent where consent.saved_card_id = card.id and consent.withdrawn_at is null)
        union all
        select card.id, card.customer_id, 'removed, but a consent stands' from saved_card card
          join consent on consent.saved_card_id = card.id and consent.withdrawn_at is null
          where card.removed_at is not null`,
  );
  return {
    invariant: 6,
    promise: 'every saved card in use rests on a consent that stands, and none that was removed does',
    looked: await count(db, 'saved_card'),
    broken,
  };
}

async function chargesFitTheirCards(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select attempt.id, attempt.payment_id, attempt.saved_card_id, 'a card of another customer or account' as fault
          from attempt join payment on payment.id = attempt.payment_id
          join saved_card card on card.id = attempt.saved_card_id
          where card.customer_id <> payment.customer_id or card.account_id <> payment.account_id`,
  );
  return {
    invariant: 6,
    promise: 'a saved card only ever pays for its own customer, in its own account',
    looked: await count(db, 'attempt'),
    broken,
  };
}
