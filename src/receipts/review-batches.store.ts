import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import type { NarrowedFilter } from './receipt-filter.ts';
import { isAfter, type Place, receiptsIn } from './receipt-list.store.ts';
import { addParts, type ReceiptTotal } from './receipt-totals.ts';
import { MOST_REVIEWED, type ReviewBatch } from './review-batch.ts';

const ROWS_PER_READ = 500;

/** Errors: 404 when there is none of that id. */
export async function readReviewBatch(db: Db, id: string): Promise<ReviewBatch> {
  const row = isId(id, 'rvb')
    ? await db.read.selectFrom('review_batch').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('bulk review');
  return {
    id: row.id,
    note: row.note,
    state: row.state,
    itemCount: row.item_count,
    back: row.back,
    createdBy: row.created_by,
    createdAt: row.created_at,
  };
}

/** The batch that this form has begun already. */
export async function batchOfForm(db: Db, submissionId: string): Promise<string | undefined> {
  const row = await db.read
    .selectFrom('review_batch')
    .select('id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row?.id;
}

export interface ReviewCounts {
  approved: number;
  leftOut: number;
}

export async function countReviews(db: Db, batchId: string): Promise<ReviewCounts> {
  const rows = await db.read
    .selectFrom('review_batch_item')
    .select(['state', sql<number>`count(*)`.as('n')])
    .where('batch_id', '=', batchId)
    .groupBy('state')
    .execute();
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.n ?? 0);
  return { approved: of('approved'), leftOut: of('left-out') };
}

/** Which receipts were left out and why, at most 500. */
export async function leftOutOf(
  db: Db,
  batchId: string,
): Promise<Array<{ id: string; number: number; reason: string }>> {
  const rows = await db.read
    .selectFrom('review_batch_item')
    .innerJoin('receipt', 'receipt.id', 'review_batch_item.receipt_id')
    .select(['receipt.id', 'receipt.number', 'reason'])
    .where('batch_id', '=', batchId)
    .where('state', '=', 'left-out')
    .orderBy('position')
    .limit(500)
    .execute();
  return rows.map((row) => ({ id: row.id, number: row.number, reason: row.reason ?? '' }));
}

/** The batches that were not brought to their end. */
export async function runningReviews(db: Db): Promise<string[]> {
  const rows = await db.read
    .selectFrom('review_batch')
    .select('id')
    .where('state', '=', 'running')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * The receipts of a choice that wait for a review, oldest first and at most as many as can be reviewed at once, with what
 * they add up to; `isCut` says that there are more. With `newest`, none that was issued after that number.
 */
export async function receiptsToReview(
  db: Db,
  filter: NarrowedFilter,
  { zone, newest = Number.MAX_SAFE_INTEGER }: { zone: string; newest?: number },
): Promise<{ ids: string[]; totals: ReceiptTotal[]; isCut: boolean; newest: number }> {
  // What the filter shows is reviewed or flagged: of that, nothing waits.
  if (filter.state && filter.state !== 'unreviewed') return { ids: [], totals: [], isCut: false, newest: 0 };
  const waiting: Array<{ id: string; number: number; issued_at: string; currency: string; amount_minor: number }> = [];
  for (let after: Place | undefined; waiting.length <= MOST_REVIEWED; await yieldToOthers()) {
    const rows = await receiptsIn(db, { ...filter, state: 'unreviewed' }, zone)
      .select(['receipt.id', 'receipt.number', 'receipt.issued_at', 'receipt.currency', 'receipt.amount_minor'])
      .where('receipt.number', '<=', newest)
      .$if(after !== undefined, (query) => query.where(isAfter(after as Place)))
      .orderBy('receipt.issued_at')
      .orderBy('receipt.id')
      .limit(ROWS_PER_READ)
      .execute();
    waiting.push(...rows);
    const last = rows.at(-1);
    if (!last || rows.length < ROWS_PER_READ) break;
    after = { issuedAt: last.issued_at, id: last.id };
  }
  const chosen = waiting.slice(0, MOST_REVIEWED);
  const parts = chosen.map((row) => ({ currency: row.currency, receipts: 1, grossMinor: row.amount_minor }));
  return {
    ids: chosen.map((row) => row.id),
    totals: addParts([], parts),
    isCut: waiting.length > MOST_REVIEWED,
    newest: Math.max(0, ...chosen.map((row) => row.number)),
  };
}
