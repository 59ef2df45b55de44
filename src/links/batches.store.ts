import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { LinkBatchItemTable, LinkBatchTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import type { Batch, BatchItem } from './batch.ts';
import type { ExpiryChoice } from './link-expiry.ts';

/** Errors: 404 when there is none of that id. */
export async function readBatch(db: Db, id: string): Promise<Batch> {
  const row = isId(id, 'bat')
    ? await db.read.selectFrom('link_batch').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('bulk sending');
  return batchOf(row);
}

/** A batch in a list, with who began it. */
export interface ListedBatch extends Batch {
  sender: string | undefined;
}

/** All batches, newest first. */
export async function listBatches(db: Db, before?: string | undefined): Promise<KeysetPage<ListedBatch>> {
  let query = db.read
    .selectFrom('link_batch')
    .leftJoin('person', 'person.id', 'link_batch.created_by')
    .selectAll('link_batch')
    .select('person.name as sender');
  if (isId(before, 'bat')) query = query.where('link_batch.id', '<', before);
  const rows = await query
    .orderBy('link_batch.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(rows.map((row) => ({ ...batchOf(row), sender: row.sender ?? undefined })));
}

/** What a batch consists of, in order: at most as many as can be selected. */
export async function itemsOf(db: Db, batchId: string): Promise<Array<BatchItem & { customerName: string }>> {
  const rows = await db.read
    .selectFrom('link_batch_item')
    .innerJoin('customer', 'customer.id', 'link_batch_item.customer_id')
    .selectAll('link_batch_item')
    .select('customer.name as customer_name')
    .where('batch_id', '=', batchId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({ ...itemOf(row), customerName: row.customer_name }));
}

/** The positions of what has still to be sent. */
export async function waitingIn(db: Db, batchId: string): Promise<number[]> {
  const rows = await db.q
    .selectFrom('link_batch_item')
    .select('position')
    .where('batch_id', '=', batchId)
    .where('state', '=', 'waiting')
    .orderBy('position')
    .execute();
  return rows.map((row) => row.position);
}

export interface BatchCounts {
  sent: number;
  failed: number;
}

export async function countsOf(db: Db, batchId: string): Promise<BatchCounts> {
  const rows = await db.read
    .selectFrom('link_batch_item')
    .select(['state', (of) => of.fn.countAll<number>().as('count')])
    .where('batch_id', '=', batchId)
    .groupBy('state')
    .execute();
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { sent: of('sent'), failed: of('failed') };
}

function batchOf(row: Selectable<LinkBatchTable>): Batch {
  return {
    id: row.id,
    per: row.per,
    expiry: row.expiry as ExpiryChoice,
    note: row.note,
    state: row.state,
    itemCount: row.item_count,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
  };
}

export function itemOf(row: Selectable<LinkBatchItemTable>): BatchItem {
  return {
    position: row.position,
    customerId: row.customer_id,
    payableIds: JSON.parse(row.payable_ids),
    state: row.state,
    linkId: row.link_id ?? undefined,
    isNewLink: row.is_new_link === null ? undefined : row.is_new_link === 1,
    reason: row.reason ?? undefined,
  };
}
