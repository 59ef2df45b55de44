import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { meets, type Search, weighSearch } from '../platform/database/search-words.ts';
import type { Tables } from '../platform/database/tables.ts';
import { textKey } from '../platform/text-key.ts';
import { type Later, type NarrowedFilter, type ReceiptFilter, searchMeans } from './receipt-filter.ts';

/** Up to so many receipts, a search is answered from them; beyond, the list is gone through in its order. */
const FEW = 1000;

/**
 * Looks up which receipts are meant by the search, by what became of the payment and its money, and by bounds of the sum, each
 * by its own index, as long as they are few. Where they are many, going through the list finds a page of them soon, and
 * nothing is to be gathered first.
 */
export async function narrow(db: Db, filter: ReceiptFilter): Promise<NarrowedFilter> {
  const { search, later, settledOn } = filter;
  const words = search ? await weighSearch(db, search, [{ kind: 'customer' }]) : undefined;
  const sums = sumsMeant(filter);
  return {
    ...filter,
    words,
    few: {
      search: search ? await fewOf(db, meaningsOf(search, words)) : undefined,
      later: later ? await fewAmong(db, LATER[later]) : undefined,
      settled: settledOn ? await fewAmong(db, settled(settledOn)) : undefined,
      sums: sums ? await fewOf(db, [sums]) : undefined,
    },
  };
}

/** Bounds of the sum, by their index; undefined where there are none. */
function sumsMeant({ currency, leastMinor, mostMinor }: ReceiptFilter): RawBuilder<SqlBool> | undefined {
  if (currency === undefined || (leastMinor ?? mostMinor) === undefined) return undefined;
  // Not by the index of currencies, which would read all of one.
  return sql<SqlBool>`receipt.currency || '' = ${currency}
    and receipt.amount_minor between ${leastMinor ?? 0} and ${mostMinor ?? Number.MAX_SAFE_INTEGER}`;
}

/** Only the receipts that were few enough to be looked up. */
export function onlyFew<Query extends SelectQueryBuilder<Tables, 'receipt', object>>(
  query: Query,
  { few }: NarrowedFilter,
): Query {
  const lists = [few.search, few.later, few.settled, few.sums].filter((ids) => ids !== undefined);
  return lists.reduce<SelectQueryBuilder<Tables, 'receipt', object>>(
    (narrowed, ids) => (ids.length > 0 ? narrowed.where('receipt.id', 'in', ids) : narrowed.where(sql<SqlBool>`1 = 0`)),
    query,
  ) as Query;
}

/**
 * 1 for a receipt that search, `later` and `settledOn` mean, where they are many; undefined when nothing is left to ask.
 * Written so that no engine gathers all of them first.
 */
export function hitOf({ search, words, later, settledOn, few }: NarrowedFilter): RawBuilder<number> | undefined {
  const conditions = [
    ...(search && !few.search ? [sql`(${sql.join(meaningsOf(search, words), sql` or `)})`] : []),
    ...(later && !few.later ? [asked(LATER[later])] : []),
    ...(settledOn && !few.settled ? [asked(settled(settledOn))] : []),
  ];
  if (conditions.length === 0) return undefined;
  return sql<number>`(case when ${sql.join(conditions, sql` and `)} then 1 else 0 end)`;
}

async function fewOf(db: Db, meanings: RawBuilder<SqlBool>[]): Promise<string[] | undefined> {
  const ids = new Set<string>();
  for (const meaning of meanings) {
    const rows = await db.read
      .selectFrom('receipt')
      .select('receipt.id')
      .where(meaning)
      .limit(FEW + 1)
      .execute();
    for (const row of rows) ids.add(row.id);
    if (ids.size > FEW) return undefined;
  }
  return [...ids];
}

/** Rows of a table `t`, its column that names the payment, and which of them are meant. */
interface Among {
  table: 'refund' | 'dispute' | 'payment' | 'gateway_movement';
  payment: 'payment_id' | 'id';
  where: RawBuilder<SqlBool>;
}

/** Many rows are told from few by their own index, before a receipt is read for one. */
async function fewAmong(db: Db, among: Among): Promise<string[] | undefined> {
  const some = await sql<{ n: number }>`select count(*) as n from (
    select 1 from ${sql.table(among.table)} t where ${among.where} limit ${FEW + 1}) few`.execute(db.read);
  return Number(some.rows[0]?.n) > FEW ? undefined : fewOf(db, [gathered(among)]);
}

const LATER: Record<Later, Among> = {
  refunded: { table: 'refund', payment: 'payment_id', where: sql`t.state = 'succeeded'` },
  disputed: { table: 'dispute', payment: 'payment_id', where: sql`true` },
  reversed: { table: 'payment', payment: 'id', where: sql`t.state = 'reversed'` },
};

/** Paid out to the bank on that day. */
function settled(day: string): Among {
  const where = sql<SqlBool>`t.settled_on = ${day} and t.meaning = 'charge'`;
  return { table: 'gateway_movement', payment: 'payment_id', where };
}

/** Receipts whose payment is among these, all of which are read first. */
function gathered({ table, payment, where }: Among): RawBuilder<SqlBool> {
  const id = sql.ref(`t.${payment}`);
  return sql`receipt.payment_id in (select ${id} from ${sql.table(table)} t where ${where} and ${id} is not null)`;
}

/** The same, asked of one receipt after the other. */
function asked({ table, payment, where }: Among): RawBuilder<SqlBool> {
  return sql`(select 1 from ${sql.table(table)} t
    where ${sql.ref(`t.${payment}`)} = receipt.payment_id and ${where} limit 1) = 1`;
}

/** Everything that a searched text may mean; each has an index. */
function meaningsOf(search: string, words: Search | undefined): RawBuilder<SqlBool>[] {
  const { number, last4, authorization, gatewayRef } = searchMeans(search);
  const key = textKey(search);
  return [
    ...(number === undefined ? [] : [sql<SqlBool>`receipt.number = ${number}`]),
    ...(last4 ? [sql<SqlBool>`receipt.card_last4 = ${last4}`] : []),
    ...(authorization ? [sql<SqlBool>`receipt.authorization_code = ${authorization}`] : []),
    ...(gatewayRef
      ? [
          sql<SqlBool>`receipt.payment_id in (select id from payment
            where account_id in (select id from account) and gateway_ref = ${gatewayRef})`,
          sql<SqlBool>`receipt.payment_id in (select id from payment where charge_ref = ${gatewayRef})`,
        ]
      : []),
    sql<SqlBool>`receipt.payment_id in (select payment_id from allocation where payment_id is not null and payable_id in (
      select id from payable where kind in ('invoice', 'deposit') and number_key = ${key}))`,
    ...(words ? [meets(words, 'receipt.customer_id')] : []),
  ];
}
