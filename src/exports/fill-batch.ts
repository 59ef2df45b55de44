import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { recordAudit, SYSTEM } from '../audit/record.ts';
import { yieldToOthers } from '../imports/take-lines.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { addToSums, type BatchSum, batchNumber, type ExportBatch } from './export-batch.ts';
import { pagesOfBatch, readExportBatch } from './export-batches.store.ts';
import { type Choice, fileName, isUnderWay, NO_ACCOUNT } from './export-file.ts';
import { filesOfBatch } from './export-files.store.ts';
import { type Entry, isMovement, moneyMoved, type Place } from './movement.ts';
import { ENTRIES_AT_ONCE, entriesAfter, readMovements } from './movements.store.ts';
import { PRESET_NAMES, type PresetName, presetOf } from './presets.ts';
import { type ExportParts, writeFile } from './write-file.ts';

/** How many entries are looked at in one go for some that no batch has. */
const ENTRIES_PASSED_AT_ONCE = 1000;

const pack = promisify(gzip);

/**
 * Does what is left to do of a batch: takes its movements, some hundreds in each transaction, seals them, and writes its
 * files. Goes on where it stopped, however often a process dies and however many are at it. Never throws: what stops it is
 * logged, for the job to go on later.
 */
export async function fillBatch(parts: ExportParts, id: string): Promise<void> {
  try {
    while (await takeNext(parts, id)) await yieldToOthers();
    await seal(parts, await readExportBatch(parts.db, id));
    for (const file of await filesOfBatch(parts.db, id)) if (isUnderWay(file)) await writeFile(parts, file.id);
    await finish(parts, id);
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) return;
    parts.log.error({ err: error, batchId: id }, 'closing a period stopped; it goes on later');
  }
}

/** Goes on with what processes left undone when they died: batches, and files that people asked for. For a job. */
export async function continueExports(parts: ExportParts): Promise<void> {
  const open = await parts.db.read
    .selectFrom('export_batch')
    .select('id')
    .where('state', '<>', 'closed')
    .orderBy('id')
    .execute();
  for (const { id } of open) await fillBatch(parts, id);
  const files = await parts.db.read
    .selectFrom('export_file')
    .select('id')
    .where('state', 'in', ['waiting', 'writing'])
    .where('batch_id', 'is', null)
    .orderBy('id')
    .execute();
  for (const { id } of files) await writeFile(parts, id);
}

/** Takes the next movements that are in no batch yet; false when there are no more, or when somebody else is at it. */
async function takeNext({ db }: ExportParts, id: string): Promise<boolean> {
  const batch = await db.q.selectFrom('export_batch').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (batch.state !== 'taking') return false;
  const place: Place = { at: batch.passed_at, id: batch.passed_id };
  const { fresh, last } = await freshAfter(db, place, batch.ends_at);
  if (last.id === place.id) return false;
  const content = await pack(JSON.stringify(await readMovements(db, fresh)));
  return db.tx(async () => {
    const moved = await db.q
      .updateTable('export_batch')
      .set({ passed_at: last.at, passed_id: last.id, row_count: batch.row_count + fresh.length })
      .where('id', '=', id)
      .where('state', '=', 'taking')
      .where('passed_at', '=', place.at)
      .where('passed_id', '=', place.id)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) return false;
    if (fresh.length > 0) await insertTaken(db, id, { first: batch.row_count + 1, fresh, content });
    return true;
  });
}

/**
 * The next movements that no batch has, and the last entry that was looked at for that: where one began, at the end.
 * Each closing goes through all entries from the first on, since one of before may have been committed late; those that
 * are taken are passed over in long steps.
 */
async function freshAfter(db: Db, place: Place, before: string): Promise<{ fresh: Entry[]; last: Place }> {
  for (let last = place; ; ) {
    const entries = await entriesAfter(db, last, { before, most: ENTRIES_PASSED_AT_ONCE });
    const fresh = entries.filter((entry) => !entry.batch && isMovement(entry.kind)).slice(0, ENTRIES_AT_ONCE);
    last = (fresh.length < ENTRIES_AT_ONCE ? entries.at(-1) : fresh.at(-1)) ?? last;
    if (fresh.length > 0 || entries.length === 0) return { fresh, last };
    await yieldToOthers();
  }
}

async function insertTaken(
  db: Db,
  batchId: string,
  { first, fresh, content }: { first: number; fresh: readonly Entry[]; content: Buffer },
): Promise<void> {
  const rows = fresh.map((entry, i) => ({
    batch_id: batchId,
    position: first + i,
    kind: entry.kind,
    entry_id: entry.id,
  }));
  await db.q.insertInto('export_batch_row').values(rows).execute();
  await db.q.insertInto('export_batch_page').values({ batch_id: batchId, position: first, content }).execute();
}

/** When all movements are taken: what they add up to, their seal, and which files there will be. */
async function seal({ db, clock }: ExportParts, batch: ExportBatch): Promise<void> {
  if (batch.state !== 'taking') return;
  const passed = await placeOf(db, batch.id);
  const left = await entriesAfter(db, passed, { before: batch.endsAt });
  if (left.length > 0) return;
  const hash = createHash('sha256');
  const sums = new Map<string, BatchSum>();
  const places = new Map<string, Statement>();
  for await (const { text, movements } of pagesOfBatch(db, batch.id)) {
    hash.update(text);
    addToSums(sums, movements);
    for (const movement of movements) {
      for (const { accountId = NO_ACCOUNT, currency } of moneyMoved(movement)) {
        const name = accountId === NO_ACCOUNT ? 'undeposited' : (movement.account ?? accountId);
        places.set(`${name} ${accountId} ${currency}`, { name, choice: { accountId, currency } });
      }
    }
    await yieldToOthers();
  }
  const files = filesWanted(
    batch,
    [...places.entries()].sort().map(([, statement]) => statement),
  );
  await db.tx(async () => {
    const moved = await db.q
      .updateTable('export_batch')
      .set({ state: 'writing', sums: JSON.stringify([...sums.values()]), seal: hash.digest('hex') })
      .where('id', '=', batch.id)
      .where('state', '=', 'taking')
      // What somebody has taken beside us is not in this seal.
      .where('passed_at', '=', passed.at)
      .where('passed_id', '=', passed.id)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) return;
    const made = {
      batch_id: batch.id,
      submission_id: null,
      state: 'waiting' as const,
      row_count: 0,
      looked_at: 0,
      look_estimate: batch.rowCount,
      byte_count: 0,
      sha256: null,
      claim: null,
      claimed_until: null,
      tries: 0,
      created_by: batch.createdBy ?? null,
      created_at: nowIso(clock),
      done_at: null,
    };
    for (const file of files) {
      const choice = JSON.stringify(file.choice);
      await db.q
        .insertInto('export_file')
        .values({ ...made, ...file, choice, id: newId('exf') })
        .execute();
    }
  });
}

async function placeOf(db: Db, batchId: string): Promise<Place> {
  const row = await db.q
    .selectFrom('export_batch')
    .select(['passed_at as at', 'passed_id as id'])
    .where('id', '=', batchId)
    .executeTakeFirstOrThrow();
  return row;
}

/** One account and currency, of which there is a statement. */
interface Statement {
  name: string;
  choice: Choice;
}

/** Every preset in every format; bank statements for each account and currency. */
function filesWanted(batch: ExportBatch, statements: readonly Statement[]) {
  const number = batchNumber(batch.number);
  return PRESET_NAMES.flatMap((preset) =>
    presetOf(preset).formats.flatMap((format) =>
      presetOf(preset).statement
        ? statements.map(({ name, choice }) => ({
            preset: preset as PresetName,
            format,
            choice,
            name: fileName(number, preset, fileName(name) || choice.accountId, choice.currency),
          }))
        : [{ preset: preset as PresetName, format, choice: {}, name: fileName(number, preset) }],
    ),
  );
}

/** Closes the batch when the last of its files is done, whoever wrote it. */
async function finish(parts: ExportParts, id: string): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const closed = await db.q
      .updateTable('export_batch')
      .set({ state: 'closed', closed_at: nowIso(clock) })
      .where('id', '=', id)
      .where('state', '=', 'writing')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('export_file')
              .select('id')
              .whereRef('batch_id', '=', 'export_batch.id')
              .where('state', '<>', 'done'),
          ),
        ),
      )
      .executeTakeFirst();
    if (closed.numUpdatedRows !== 1n) return;
    const { number, rowCount, seal } = await readExportBatch(db, id);
    await recordAudit(parts, {
      actor: SYSTEM,
      action: 'export-batch.closed',
      subjectKind: 'export-batch',
      subjectId: id,
      detail: { number: batchNumber(number), movements: rowCount, seal },
    });
  });
}
