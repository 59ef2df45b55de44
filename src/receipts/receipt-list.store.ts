import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { ReceiptContent, ReviewState } from './receipt.ts';
import { issuedBetween, type NarrowedFilter, type ReceiptFilter } from './receipt-filter.ts';
import { hitOf, onlyFew } from './receipt-search.store.ts';

export interface ListedReceipt {
  id: string;
  number: number;
  issuedAt: string;
  customerId: string;
  amount: Money;
  content: ReceiptContent;
  state: ReviewState;
  /** Who reviewed or flagged it. */
  reviewer: string | undefined;
  flagNote: string | undefined;
  /** Its payment was taken back. */
  reversed: boolean;
  /** How much of it went back, in whole minor units. */
  refundedMinor: number;
  /** The state of the newest dispute of its payment, if there was any. */
  dispute: string | undefined;
}

const NEWEST_DISPUTE = sql<string | null>`(select dispute.state from dispute
  where dispute.payment_id = receipt.payment_id order by dispute.id desc limit 1)`;

/** What of a receipt's payment has gone back, in whole minor units. */
export const REFUNDED = sql<number | null>`(select sum(refund.amount_minor) from refund
  where refund.payment_id = receipt.payment_id and refund.state = 'succeeded')`;

export type ReceiptQuery = SelectQueryBuilder<Tables, 'receipt', Record<never, never>>;

/** Receipts newest first, a page at a time; `before` is the id to continue after. */
export async function listReceipts(
  db: Db,
  filter: NarrowedFilter,
  { zone, before }: { zone: string; before: string | undefined },
): Promise<KeysetPage<ListedReceipt>> {
  const after = before ? await placeOf(db, before) : undefined;
  const rows = await receiptsIn(db, filter, zone)
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .leftJoin('person', (join) =>
      join.on(({ eb, fn }) =>
        eb('person.id', '=', fn.coalesce('receipt.reviewed_by', 'receipt.flagged_by') as Expression<string>),
      ),
    )
    .selectAll('receipt')
    .select(['person.name as reviewer', 'payment.reversed_at'])
    .select(REFUNDED.as('refunded_minor'))
    .select(NEWEST_DISPUTE.as('dispute'))
    .$if(after !== undefined, (query) => query.where(isBefore(after as Place)))
    .orderBy('receipt.issued_at', 'desc')
    .orderBy('receipt.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(
    rows.map((row) => ({
      id: row.id,
      number: row.number,
      issuedAt: row.issued_at,
      customerId: row.customer_id,
      amount: { amountMinor: row.amount_minor, currency: row.currency },
      content: JSON.parse(row.content),
      state: row.review_state,
      reviewer: row.reviewer ?? undefined,
      flagNote: row.flag_note ?? undefined,
      reversed: row.reversed_at !== null,
      refundedMinor: Number(row.refunded_minor ?? 0),
      dispute: row.dispute ?? undefined,
    })),
  );
}

/** Where a receipt stands in the order of the list. */
export interface Place {
  issuedAt: string;
  id: string;
}

/** Undefined when there is no receipt of that id. */
export async function placeOf(db: Db, id: string): Promise<Place | undefined> {
  const row = await db.read.selectFrom('receipt').select('issued_at').where('id', '=', id).executeTakeFirst();
  return row && { issuedAt: row.issued_at, id };
}

export function isBefore({ issuedAt, id }: Place) {
  return sql<SqlBool>`(receipt.issued_at, receipt.id) < (${issuedAt}, ${id})`;
}

export function isAfter({ issuedAt, id }: Place) {
  return sql<SqlBool>`(receipt.issued_at, receipt.id) > (${issuedAt}, ${id})`;
}

/** The currencies that receipts were ever issued in, for the choice above the list: one step of the index for each. */
export async function currenciesOfReceipts(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.read
      .selectFrom('receipt')
      .select('currency')
      .where('currency', '>', found.at(-1) ?? '')
      .orderBy('currency')
      .limit(1)
      .executeTakeFirst();
    if (!row) return found;
    found.push(row.currency);
  }
}

/**
 * The choice as a query, to which list, queue, totals and export add what they read. Give it a filter that `narrow` has
 * looked at: without, words of the search are not looked for, and what few have is looked for among all.
 */
export function receiptsIn(db: Db, filter: NarrowedFilter, zone: string): ReceiptQuery {
  return onlyChosen(db.read.selectFrom('receipt'), filter, zone);
}

/** The same for a query that reads receipts among other things. */
export function onlyChosen<Query extends ReceiptQuery>(query: Query, filter: NarrowedFilter, zone: string): Query {
  const narrowed = chosen(onlyFew(issuedIn(query, filter, zone), filter), filter);
  const isHit = hitOf(filter);
  return (isHit ? narrowed.where(isHit, '=', 1) : narrowed) as Query;
}

/** The days of the choice, which are a part of every index of the list. */
export function issuedIn<Query extends ReceiptQuery>(query: Query, filter: ReceiptFilter, zone: string): Query {
  const { since, until } = issuedBetween(filter, zone);
  let narrowed: ReceiptQuery = query;
  if (since) narrowed = narrowed.where('receipt.issued_at', '>=', since);
  if (until) narrowed = narrowed.where('receipt.issued_at', '<', until);
  return narrowed as Query;
}

/** What the index of days holds too: these are looked at without reading a receipt. */
export function chosen<Query extends ReceiptQuery>(query: Query, filter: ReceiptFilter): Query {
  const { accountId, currency, state, method, channel, leastMinor, mostMinor } = filter;
  let narrowed: ReceiptQuery = query;
  // Few are not reviewed: they are found by their state, whose index holds the rest. SQLite would choose by chance.
  const byState = state !== undefined && state !== 'reviewed';
  const is = (column: string, value: string) =>
    byState
      ? sql<SqlBool>`receipt.${sql.ref(column)} || '' = ${value}`
      : sql<SqlBool>`receipt.${sql.ref(column)} = ${value}`;
  if (accountId) narrowed = narrowed.where(is('account_id', accountId));
  if (currency) narrowed = narrowed.where(is('currency', currency));
  if (state) narrowed = narrowed.where('receipt.review_state', '=', state);
  if (method) narrowed = narrowed.where(is('method', method));
  if (channel) narrowed = narrowed.where(is('channel', channel));
  // The sign keeps SQLite from the index of sums, which would gather and sort all that `narrow` found to be many.
  if (leastMinor !== undefined) narrowed = narrowed.where(sql<SqlBool>`+receipt.amount_minor >= ${leastMinor}`);
  if (mostMinor !== undefined) narrowed = narrowed.where(sql<SqlBool>`+receipt.amount_minor <= ${mostMinor}`);
  return narrowed as Query;
}
