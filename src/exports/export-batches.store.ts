import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { ExportBatchTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import type { ExportBatch } from './export-batch.ts';
import type { Movement } from './movement.ts';

const unpack = promisify(gunzip);

/** A batch in a list, with who closed the period. */
export interface ListedBatch extends ExportBatch {
  maker: string | undefined;
}

/** Errors: 404 when there is none of that id. */
export async function readExportBatch(db: Db, id: string): Promise<ListedBatch> {
  const row = isId(id, 'exb') ? await batches(db).where('export_batch.id', '=', id).executeTakeFirst() : undefined;
  if (!row) throw notFound('export batch');
  return { ...batchOf(row), maker: row.maker ?? undefined };
}

/** All batches, newest first. */
export async function listExportBatches(db: Db, before?: string | undefined): Promise<KeysetPage<ListedBatch>> {
  let query = batches(db);
  if (isId(before, 'exb')) query = query.where('export_batch.id', '<', before);
  const rows = await query
    .orderBy('export_batch.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(rows.map((row) => ({ ...batchOf(row), maker: row.maker ?? undefined })));
}

function batches(db: Db) {
  return db.read
    .selectFrom('export_batch')
    .leftJoin('person', 'person.id', 'export_batch.created_by')
    .selectAll('export_batch')
    .select('person.name as maker');
}

/** The batch of the period before: the one with the number before, if there is any. */
export async function lastExportBatch(db: Db, before = Number.MAX_SAFE_INTEGER): Promise<ExportBatch | undefined> {
  const row = await db.read
    .selectFrom('export_batch')
    .selectAll()
    .where('number', '<', before)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && batchOf(row);
}

/** Some hundreds of movements as they were when the period was closed. */
export interface BatchPage {
  /** The number of the first of them in the batch, from 1. */
  position: number;
  /** JSON, as it is sealed. */
  text: string;
  movements: Movement[];
}

/** All movements of a batch in their order, as they were when the period was closed. */
export async function* pagesOfBatch(db: Db, batchId: string): AsyncGenerator<BatchPage> {
  for (let after = 0; ; ) {
    const row = await db.read
      .selectFrom('export_batch_page')
      .select(['position', 'content'])
      .where('batch_id', '=', batchId)
      .where('position', '>', after)
      .orderBy('position')
      .limit(1)
      .executeTakeFirst();
    if (!row) return;
    const text = String(await unpack(row.content));
    yield { position: row.position, text, movements: JSON.parse(text) };
    after = row.position;
  }
}

export function batchOf(row: Selectable<ExportBatchTable>): ExportBatch {
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    lastDay: row.last_day,
    endsAt: row.ends_at,
    timeZone: row.time_zone,
    rowCount: row.row_count,
    rowEstimate: row.row_estimate,
    sums: JSON.parse(row.sums),
    seal: row.seal ?? undefined,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    closedAt: row.closed_at ?? undefined,
  };
}
