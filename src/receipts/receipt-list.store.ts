import { type SelectQueryBuilder, sql } from 'kysely';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import { foundBy } from '../platform/database/search-words.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { ReceiptContent } from './receipt.ts';
import { issuedBetween, numberSearched, type ReceiptFilter } from './receipt-filter.ts';

export interface ListedReceipt {
  id: string;
  number: number;
  issuedAt: string;
  customerId: string;
  amount: Money;
  content: ReceiptContent;
  reviewedAt: string | undefined;
  reviewer: string | undefined;
  /** Its payment was taken back. */
  reversed: boolean;
}

/** Receipts newest first, a page at a time. */
export async function listReceipts(
  db: Db,
  filter: ReceiptFilter,
  { zone, before }: { zone: string; before: string | undefined },
): Promise<KeysetPage<ListedReceipt>> {
  const rows = await receiptsIn(db, filter, zone)
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .leftJoin('person', 'person.id', 'receipt.reviewed_by')
    .selectAll('receipt')
    .select(['person.name as reviewer', 'payment.reversed_at'])
    .$if(Boolean(before), (query) => query.where('receipt.id', '<', before as string))
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
      reviewedAt: row.reviewed_at ?? undefined,
      reviewer: row.reviewer ?? undefined,
      reversed: row.reversed_at !== null,
    })),
  );
}

export interface ReceiptTotal extends Money {
  receipts: number;
  unreviewed: number;
  /** How much of it was taken back by reversing payments: whole minor units. */
  reversedMinor: number;
}

/** What the whole choice adds up to, in each currency. */
export async function totalReceipts(db: Db, filter: ReceiptFilter, zone: string): Promise<ReceiptTotal[]> {
  const rows = await receiptsIn(db, filter, zone)
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .select('receipt.currency')
    .select(sql<number>`sum(receipt.amount_minor)`.as('amount_minor'))
    .select(sql<number>`count(*)`.as('receipts'))
    .select(sql<number>`sum(case when receipt.reviewed_at is null then 1 else 0 end)`.as('unreviewed'))
    .select(sql<number>`sum(case when payment.reversed_at is null then 0 else receipt.amount_minor end)`.as('reversed'))
    .groupBy('receipt.currency')
    .orderBy('receipt.currency')
    .execute();
  return rows.map((row) => ({
    currency: row.currency,
    amountMinor: Number(row.amount_minor),
    receipts: Number(row.receipts),
    unreviewed: Number(row.unreviewed),
    reversedMinor: Number(row.reversed),
  }));
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

/** The choice as a query, to which list, totals and export add what they read. */
export function receiptsIn(
  db: Db,
  filter: ReceiptFilter,
  zone: string,
): SelectQueryBuilder<Tables, 'receipt', Record<never, never>> {
  const { since, until } = issuedBetween(filter, zone);
  const { accountId, currency, search, reviewed } = filter;
  let query = db.read.selectFrom('receipt');
  if (since) query = query.where('receipt.issued_at', '>=', since);
  if (until) query = query.where('receipt.issued_at', '<', until);
  if (accountId) query = query.where('receipt.account_id', '=', accountId);
  if (currency) query = query.where('receipt.currency', '=', currency);
  if (reviewed) query = query.where('receipt.reviewed_at', reviewed === 'yes' ? 'is not' : 'is', null);
  if (search) {
    const number = numberSearched(search);
    const byWords = foundBy(search, [['customer', 'receipt.customer_id']]);
    query = query.where((where) =>
      number === undefined ? byWords : where.or([byWords, where('receipt.number', '=', number)]),
    );
  }
  return query;
}
