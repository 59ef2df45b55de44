import { type SqlBool, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { NarrowedFilter } from './receipt-filter.ts';
import { chosen, isAfter, isBefore, issuedIn, placeOf, type ReceiptQuery, receiptsIn } from './receipt-list.store.ts';
import { hitOf, onlyFew } from './receipt-search.store.ts';

/** The queue says how many are left up to here, and looks at no more than so many to find them. */
const COUNT_MOST = 1000;
const LOOK_AT_MOST = 20_000;

/** Which receipt of the queue is wanted: that one, the one after or before another, or the first. */
export interface QueuePlace {
  at?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
}

/** The id of the receipt at that place of the queue, which runs oldest first; undefined beyond its ends. */
export async function receiptInQueue(
  db: Db,
  filter: NarrowedFilter,
  { zone, at, after, before }: QueuePlace & { zone: string },
): Promise<string | undefined> {
  if (at) return at;
  const from = after ?? before;
  const place = from ? await placeOf(db, from) : undefined;
  const way = before ? 'desc' : 'asc';
  const row = await receiptsIn(db, filter, zone)
    .select('receipt.id')
    .$if(place !== undefined, (query) => query.where((before ? isBefore : isAfter)(place as never)))
    .orderBy('receipt.issued_at', way)
    .orderBy('receipt.id', way)
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** How many receipts the queue has, and whether there may be more than were counted. */
export async function countQueue(
  db: Db,
  filter: NarrowedFilter,
  zone: string,
): Promise<{ left: number; isMore: boolean }> {
  // Those of that state are looked at in the order of its index, so that rare ones are not searched for without end.
  const { state } = filter;
  const looked = onlyFew(issuedIn(db.read.selectFrom('receipt') as ReceiptQuery, filter, zone), filter)
    .$if(state !== undefined, (query) => query.where('receipt.review_state', '=', state as never))
    .select(['receipt.currency', 'receipt.amount_minor', 'receipt.review_state'])
    .select(['receipt.account_id', 'receipt.method', 'receipt.channel'])
    .select((hitOf(filter) ?? sql<number>`1`).as('hit'))
    .limit(LOOK_AT_MOST);
  const some = chosen(db.read.selectFrom(looked.as('receipt')) as unknown as ReceiptQuery, filter)
    .select(sql<number>`1`.as('one'))
    .where(sql<SqlBool>`receipt.hit = 1`)
    .limit(COUNT_MOST + 1);
  const row = await db.read.selectFrom(some.as('some')).select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow();
  const left = Math.min(Number(row.n), COUNT_MOST);
  return { left, isMore: Number(row.n) > COUNT_MOST };
}
