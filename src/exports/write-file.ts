import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { readCompany } from '../company/company.store.ts';
import { yieldToOthers } from '../imports/take-lines.ts';
import type { TableFile } from '../platform/cell.ts';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { createCsv, createSplitCsv } from '../platform/csv.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import { createXlsx } from '../platform/xlsx.ts';
import { pagesOfBatch, readExportBatch } from './export-batches.store.ts';
import { bookedBetween, type ExportFile, listed } from './export-file.ts';
import { readExportFile } from './export-files.store.ts';
import { readLedgerNames } from './ledger-names.store.ts';
import type { Place } from './movement.ts';
import { entriesAfter, readMovements } from './movements.store.ts';
import type { FileContext, Listed } from './preset.ts';
import { presetOf } from './presets.ts';

export interface ExportParts {
  db: Db;
  clock: Clock;
  log: Logger;
}

/** After so long without a sign the process that wrote a file is taken for dead. */
const CLAIM_MS = 2 * MINUTE_MS;
const BYTES_OF_A_PIECE = 256 * 1024;
const MOST_TRIES = 5;

const pack = promisify(gzip);

/**
 * Writes a file in small steps, between which everybody else has their turn; its bytes are stored as they come. Does
 * nothing when another process is at it, or when it is done; a file of which a process died is begun anew. It never throws:
 * what goes wrong is logged, and the file is tried again; after five tries one that is of no batch is given up.
 */
export async function writeFile(parts: ExportParts, id: string): Promise<void> {
  const claim = newId('req');
  try {
    if (await take(parts, id, claim)) await write(parts, await readExportFile(parts.db, id), claim);
  } catch (error) {
    if (error instanceof LostClaim || (error instanceof Refusal && error.status === 503)) return;
    parts.log.error({ err: error, fileId: id }, 'a file stopped; it is tried again');
    await giveUp(parts, id).catch((err) => parts.log.error({ err, fileId: id }, 'could not mark it as given up'));
  }
}

/** Another process took the file over. */
class LostClaim extends Error {}

/** A file of a batch is never given up: its period is closed. */
async function giveUp({ db }: ExportParts, id: string): Promise<void> {
  await db.q
    .updateTable('export_file')
    .set({ state: 'failed', claimed_until: null })
    .where('id', '=', id)
    .where('state', '=', 'writing')
    .where('batch_id', 'is', null)
    .where('tries', '>=', MOST_TRIES)
    .execute();
}

async function take({ db, clock }: ExportParts, id: string, claim: string): Promise<boolean> {
  return db.tx(async () => {
    const taken = await db.q
      .updateTable('export_file')
      .set({ state: 'writing', claim, claimed_until: laterIso(clock, CLAIM_MS), row_count: 0, looked_at: 0 })
      .set((eb) => ({ tries: eb('tries', '+', 1) }))
      .where('id', '=', id)
      .where('state', 'in', ['waiting', 'writing'])
      .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', nowIso(clock))]))
      .executeTakeFirst();
    if (taken.numUpdatedRows !== 1n) return false;
    await db.q.deleteFrom('export_piece').where('file_id', '=', id).execute();
    return true;
  });
}

async function write(parts: ExportParts, file: ExportFile, claim: string): Promise<void> {
  const { db, clock } = parts;
  const preset = presetOf(file.preset);
  const table = tableFor(file);
  const context = await contextOf(db);
  const hash = createHash('sha256');
  const count = { row_count: 0, looked_at: 0, byte_count: 0 };
  let pieces = 0;
  let waiting: Uint8Array[] = [];
  const keep = (bytes: Uint8Array) => {
    hash.update(bytes);
    waiting.push(bytes);
    count.byte_count += bytes.length;
  };
  /** Stores what has come together, where it is enough, and how far it is: one small transaction. */
  const save = async (all: boolean, more: object = {}) => {
    const bytes = Buffer.concat(waiting);
    const piece = bytes.length > 0 && (all || bytes.length >= BYTES_OF_A_PIECE) ? await pack(bytes) : undefined;
    await db.tx(async () => {
      const ours = await db.q
        .updateTable('export_file')
        .set({ ...count, claimed_until: laterIso(clock, CLAIM_MS) })
        .where('id', '=', file.id)
        .where('state', '=', 'writing')
        .where('claim', '=', claim)
        .executeTakeFirst();
      if (ours.numUpdatedRows !== 1n) throw new LostClaim();
      const row = { file_id: file.id, position: pieces };
      if (piece)
        await db.q
          .insertInto('export_piece')
          .values({ ...row, content: piece })
          .execute();
      if (all) await db.q.updateTable('export_file').set(more).where('id', '=', file.id).execute();
    });
    waiting = piece ? [] : [bytes];
    if (piece) pieces += 1;
  };

  for await (const page of pagesOf(db, file)) {
    const rows = page.listed.flatMap((one) => preset.rowsOf(one, context));
    count.row_count += rows.length;
    count.looked_at += page.lookedAt;
    keep(table.add(rows));
    await save(false);
    await yieldToOthers();
  }
  keep(table.end());
  const name = `${file.name}.${table.extension}`;
  await save(true, { state: 'done', name, sha256: hash.digest('hex'), claimed_until: null, done_at: nowIso(clock) });
}

function tableFor({ preset, format, name }: ExportFile): TableFile {
  const { columns, statement } = presetOf(preset);
  if (format === 'xlsx') return createXlsx(columns, { name: preset });
  return statement ? createSplitCsv(columns, { name, mostRows: statement.mostRows }) : createCsv(columns);
}

async function contextOf(db: Db): Promise<FileContext> {
  const { country } = await readCompany(db);
  return { dayForm: country === 'US' ? 'mm/dd/yyyy' : 'dd/mm/yyyy', ledgerName: await readLedgerNames(db) };
}

interface ListedPage {
  listed: Listed[];
  lookedAt: number;
}

function pagesOf(db: Db, file: ExportFile): AsyncGenerator<ListedPage> {
  return file.batchId ? pagesFromBatch(db, file, file.batchId) : pagesFromBooks(db, file);
}

/** From what was stored when the period was closed, never from the books of now. */
async function* pagesFromBatch(db: Db, { choice }: ExportFile, batchId: string): AsyncGenerator<ListedPage> {
  const { number, timeZone: zone } = await readExportBatch(db, batchId);
  for await (const { position, movements } of pagesOfBatch(db, batchId)) {
    const numbered = movements.map((movement, i) => {
      return listed(movement, { choice, zone, batch: { number, position: position + i } }) ?? [];
    });
    yield { listed: numbered.flat(), lookedAt: movements.length };
  }
}

async function* pagesFromBooks(db: Db, file: ExportFile): AsyncGenerator<ListedPage> {
  const { choice } = file;
  const { timeZone: zone } = await readCompany(db);
  const { since, until } = bookedBetween(file, zone);
  for (let place: Place = { at: since, id: '' }; ; ) {
    const entries = await entriesAfter(db, place, { before: until });
    const last = entries.at(-1);
    if (!last) return;
    const batches = new Map(entries.map((entry) => [entry.id, entry.batch]));
    const movements = await readMovements(db, entries);
    const chosen = movements.map((one) => listed(one, { choice, zone, batch: batches.get(one.entryId) }) ?? []);
    yield { listed: chosen.flat(), lookedAt: entries.length };
    place = last;
  }
}
