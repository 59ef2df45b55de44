import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { ExportFileTable } from '../platform/database/tables.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import type { ExportFile } from './export-file.ts';
import type { PresetName } from './presets.ts';

const unpack = promisify(gunzip);

/** How many files of people's own choice the page lists. */
const MOST_LISTED = 20;

/** Errors: 404 when there is none of that id. */
export async function readExportFile(db: Db, id: string): Promise<ExportFile> {
  const row = isId(id, 'exf')
    ? await db.read.selectFrom('export_file').selectAll().where('id', '=', id).executeTakeFirst()
    : undefined;
  if (!row) throw notFound('file');
  return fileOf(row);
}

/** A file in a list, with who asked for it. */
export interface ListedFile extends ExportFile {
  maker: string | undefined;
}

/** The newest files of people's own choice. */
export async function listOwnFiles(db: Db): Promise<ListedFile[]> {
  return listFiles(db, null);
}

/** All files of a batch, in the order in which they are made. */
export async function filesOfBatch(db: Db, batchId: string): Promise<ListedFile[]> {
  return listFiles(db, batchId);
}

async function listFiles(db: Db, batchId: string | null): Promise<ListedFile[]> {
  const query = db.read
    .selectFrom('export_file')
    .leftJoin('person', 'person.id', 'export_file.created_by')
    .selectAll('export_file')
    .select('person.name as maker');
  const rows = await (batchId === null
    ? query.where('batch_id', 'is', null).orderBy('export_file.id', 'desc').limit(MOST_LISTED)
    : query.where('batch_id', '=', batchId).orderBy('export_file.id')
  ).execute();
  return rows.map((row) => ({ ...fileOf(row), maker: row.maker ?? undefined }));
}

/** The bytes of a file, piece by piece; no read is held open between them. */
export async function* bytesOf(db: Db, fileId: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position++) {
    const piece = await db.read
      .selectFrom('export_piece')
      .select('content')
      .where('file_id', '=', fileId)
      .where('position', '=', position)
      .executeTakeFirst();
    if (!piece) return;
    yield await unpack(piece.content);
  }
}

export function fileOf(row: Selectable<ExportFileTable>): ExportFile {
  return {
    id: row.id,
    batchId: row.batch_id ?? undefined,
    preset: row.preset as PresetName,
    format: row.format,
    choice: JSON.parse(row.choice),
    state: row.state,
    name: row.name,
    rowCount: row.row_count,
    lookedAt: row.looked_at,
    lookEstimate: row.look_estimate,
    byteCount: row.byte_count,
    sha256: row.sha256 ?? undefined,
    tries: row.tries,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    doneAt: row.done_at ?? undefined,
  };
}
