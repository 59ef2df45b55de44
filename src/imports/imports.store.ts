import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { ImportFileTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import type { ImportFile, RefusedLine } from './import-file.ts';

/** All but the content, which may be long and is read only where it is worked on. */
const COLUMNS = [
  'id',
  'kind',
  'name',
  'mapping',
  'state',
  'total_lines',
  'done_lines',
  'created_count',
  'updated_count',
  'unchanged_count',
  'refused_count',
  'failure',
  'created_by',
  'created_at',
  'finished_at',
] as const;

/** Errors: 404 when there is none of that id. */
export async function readImport(db: Db, id: string): Promise<ImportFile> {
  const row = isId(id, 'imp')
    ? await db.read.selectFrom('import_file').select(COLUMNS).where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('import');
  return importOf(row);
}

/** The text of the file. */
export async function readContent(db: Db, id: string): Promise<string> {
  const row = await db.read.selectFrom('import_file').select('content').where('id', '=', id).executeTakeFirstOrThrow();
  return row.content;
}

/** All imports, newest first. */
export async function listImports(db: Db, before?: string | undefined): Promise<KeysetPage<ImportFile>> {
  let query = db.read.selectFrom('import_file').select(COLUMNS);
  if (isId(before, 'imp')) query = query.where('id', '<', before);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(rows.map(importOf));
}

/** The refused lines of an import in the order of the file, at most so many, after a line. */
export async function refusedLines(
  db: Db,
  importId: string,
  { limit, after = 0 }: { limit: number; after?: number },
): Promise<RefusedLine[]> {
  return db.read
    .selectFrom('import_refusal')
    .select(['line', 'number', 'reason'])
    .where('import_id', '=', importId)
    .where('line', '>', after)
    .orderBy('line')
    .limit(limit)
    .execute();
}

function importOf(row: Pick<Selectable<ImportFileTable>, (typeof COLUMNS)[number]>): ImportFile {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    state: row.state,
    mapping: row.mapping ? JSON.parse(row.mapping) : undefined,
    totalLines: row.total_lines,
    doneLines: row.done_lines,
    counts: {
      created: row.created_count,
      updated: row.updated_count,
      unchanged: row.unchanged_count,
      refused: row.refused_count,
    },
    failure: row.failure ?? undefined,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  };
}
