import { sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import type { Db } from '../platform/database/database.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { Matching, Payout } from './payout.ts';
import { isOpen } from './payout-detail.store.ts';
import { payoutOf } from './payouts.store.ts';

export interface PayoutFilter {
  accountId: string | undefined;
  currency: string | undefined;
  state: Payout['state'] | undefined;
  matching: Matching | undefined;
  /** The id to continue after. */
  before: string | undefined;
}

export interface ListedPayout extends Payout {
  accountName: string;
  /** How many of its movements are of nothing of ours, or of nothing that is booked. */
  openMovements: number;
}

/** Payouts, the latest arrival first, a page at a time. */
export async function listPayouts(db: Db, filter: PayoutFilter): Promise<KeysetPage<ListedPayout>> {
  const { accountId, currency, state, matching, before } = filter;
  let query = db.read
    .selectFrom('payout')
    .innerJoin('account', 'account.id', 'payout.account_id')
    .selectAll('payout')
    .select(['account.name as account_name', 'account.livemode'])
    .select(({ selectFrom }) =>
      selectFrom('gateway_movement')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('gateway_movement.payout_id', '=', 'payout.id')
        .where(isOpen)
        .as('open_movements'),
    )
    .orderBy('payout.arrival_on', 'desc')
    .orderBy('payout.id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (accountId) query = query.where('payout.account_id', '=', accountId);
  if (currency) query = query.where('payout.currency', '=', currency);
  if (state) query = query.where('payout.state', '=', state);
  if (matching) query = query.where('payout.matching', '=', matching);
  if (before) {
    query = query.where(
      sql<boolean>`(payout.arrival_on, payout.id) < (select arrival_on, id from payout where id = ${before})`,
    );
  }
  return keysetPage(
    (await query.execute()).map((row) => ({
      ...payoutOf(row),
      accountName: accountLabel({ name: row.account_name, livemode: row.livemode === 1 }),
      openMovements: Number(row.open_movements ?? 0),
    })),
  );
}

/** The currencies that were ever paid out, for the choice above the list: one step of the index for each. */
export async function currenciesOfPayouts(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.read
      .selectFrom('payout')
      .select('currency')
      .where('currency', '>', found.at(-1) ?? '')
      .orderBy('currency')
      .limit(1)
      .executeTakeFirst();
    if (!row) return found;
    found.push(row.currency);
  }
}
