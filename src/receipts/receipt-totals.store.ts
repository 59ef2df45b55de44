import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type SqlBool, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { NarrowedFilter } from './receipt-filter.ts';
import { chosen, isAfter, issuedIn, onlyChosen, type Place, type ReceiptQuery } from './receipt-list.store.ts';
import { hitOf, onlyFew } from './receipt-search.store.ts';
import { addParts, type ReceiptTotal, type TotalsPart, type TotalsSoFar } from './receipt-totals.ts';

/** SQLite answers within the call: so many rows hold everybody else up for a few milliseconds. */
const ROWS_PER_SLICE = 4000;
/** Fewer, since each leads to a receipt elsewhere in the file. */
const TAKEN_BACK_PER_SLICE = 500;

/**
 * Adds a choice of receipts up, slice by slice, and gives after each how far it has come; between slices everybody else
 * has their turn. Whoever stops asking stops the counting.
 */
export async function* addUpReceipts(db: Db, filter: NarrowedFilter, zone: string): AsyncGenerator<TotalsSoFar> {
  const expected = await aboutHowMany(db, filter, zone);
  let totals: ReceiptTotal[] = [];
  let counted = 0;
  for (let after: Place | undefined; ; ) {
    const last = await endOfSlice(db, filter, { zone, after });
    totals = addParts(totals, await sliceOf(db, filter, { zone, after }));
    if (!last) break;
    after = last;
    counted += ROWS_PER_SLICE;
    yield { totals, counted, expected: Math.max(expected, counted), done: false };
    await yieldToOthers();
  }
  for await (const sums of takenBack(db, filter, { zone, from: REFUNDS })) {
    totals = addParts(
      totals,
      sums.map(({ currency, minor }) => ({ currency, refundedMinor: minor })),
    );
  }
  for await (const sums of takenBack(db, filter, { zone, from: REVERSALS })) {
    totals = addParts(
      totals,
      sums.map(({ currency, minor }) => ({ currency, reversedMinor: minor })),
    );
  }
  yield { totals, counted: Math.max(expected, counted), expected: Math.max(expected, counted), done: true };
}

/** How many receipts lie in the days of the choice, told from their numbers: two steps of an index. */
export async function aboutHowMany(db: Db, filter: NarrowedFilter, zone: string): Promise<number> {
  const end = (way: 'asc' | 'desc') =>
    issuedIn(db.read.selectFrom('receipt') as ReceiptQuery, filter, zone)
      .select('number')
      .orderBy('receipt.issued_at', way)
      .orderBy('receipt.id', way)
      .limit(1)
      .executeTakeFirst();
  const [first, last] = await Promise.all([end('asc'), end('desc')]);
  return first && last ? Math.max(1, last.number - first.number + 1) : 0;
}

interface Slice {
  zone: string;
  after: Place | undefined;
}

/** All receipts of the days that come next, whether they are chosen or not: so every slice takes the same time. */
function nextReceipts(db: Db, filter: NarrowedFilter, { zone, after }: Slice) {
  const query = onlyFew(issuedIn(db.read.selectFrom('receipt') as ReceiptQuery, filter, zone), filter);
  return (after ? query.where(isAfter(after)) : query).orderBy('receipt.issued_at').orderBy('receipt.id');
}

async function endOfSlice(db: Db, filter: NarrowedFilter, slice: Slice): Promise<Place | undefined> {
  const row = await nextReceipts(db, filter, slice)
    .select(['receipt.issued_at', 'receipt.id'])
    .limit(1)
    .offset(ROWS_PER_SLICE - 1)
    .executeTakeFirst();
  return row && { issuedAt: row.issued_at, id: row.id };
}

async function sliceOf(db: Db, filter: NarrowedFilter, slice: Slice): Promise<TotalsPart[]> {
  const receipts = nextReceipts(db, filter, slice)
    .select(['receipt.currency', 'receipt.amount_minor', 'receipt.review_state'])
    .select(['receipt.account_id', 'receipt.method', 'receipt.channel'])
    .select((hitOf(filter) ?? sql<number>`1`).as('hit'))
    .limit(ROWS_PER_SLICE);
  const rows = await chosen(db.read.selectFrom(receipts.as('receipt')) as unknown as ReceiptQuery, filter)
    .where(sql<SqlBool>`receipt.hit = 1`)
    .select(['receipt.currency', 'receipt.review_state'])
    .select(sql<number>`count(*)`.as('receipts'))
    .select(sql<number>`sum(receipt.amount_minor)`.as('gross'))
    .groupBy(['receipt.currency', 'receipt.review_state'])
    .execute();
  return rows.map((row) => ({
    currency: row.currency,
    state: row.review_state,
    receipts: Number(row.receipts),
    grossMinor: Number(row.gross),
  }));
}

/** Payments that were taken back, by refunds or as a whole: the table, its column of the payment, and which rows. */
const REFUNDS = {
  table: sql`refund`,
  payment: sql`payment_id`,
  which: sql`state = 'succeeded' and payment_id is not null`,
};
const REVERSALS = { table: sql`payment`, payment: sql`id`, which: sql`state = 'reversed'` };
type TakenBack = typeof REFUNDS;

/** Fewer payments are taken back than taken: from their side there is less to read, unless few receipts are chosen. */
async function* takenBack(
  db: Db,
  filter: NarrowedFilter,
  { zone, from }: { zone: string; from: TakenBack },
): AsyncGenerator<Array<{ currency: string; minor: number }>> {
  const few = filter.few.search ?? filter.few.later ?? filter.few.settled ?? filter.few.sums;
  for (let after = ''; ; await yieldToOthers()) {
    const slice = sql<{ id: string; payment_id: string; amount_minor: number }>`(
      select id, ${from.payment} as payment_id, amount_minor from ${from.table}
      where ${from.which} and id > ${after} ${few ? ofReceipts(from, few) : sql``} order by id limit ${TAKEN_BACK_PER_SLICE})`;
    const { rows } = await sql<{ id: string | null; n: number }>`
      select max(id) as id, count(*) as n from ${slice} as back`.execute(db.read);
    const [end] = rows;
    if (!end?.id) return;
    // From the slice to its receipts: SQLite keeps to the order of a cross join.
    const joined = db.read
      .selectFrom(slice.as('back'))
      .crossJoin('receipt')
      .where(sql<SqlBool>`receipt.payment_id = back.payment_id`) as unknown as ReceiptQuery;
    const sums = await onlyChosen(joined, filter, zone)
      .select('receipt.currency')
      .select(sql<number>`sum(back.amount_minor)`.as('minor'))
      .groupBy('receipt.currency')
      .execute();
    yield sums.map((row) => ({ currency: row.currency, minor: Number(row.minor) }));
    if (Number(end.n) < TAKEN_BACK_PER_SLICE) return;
    after = end.id;
  }
}

function ofReceipts({ payment }: TakenBack, ids: readonly string[]) {
  if (ids.length === 0) return sql`and 1 = 0`;
  return sql`and ${payment} in (select payment_id from receipt where id in (${sql.join(ids)}))`;
}
