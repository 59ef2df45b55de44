import { type Actor, recordAudit, SYSTEM } from '../audit/record.ts';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import type { ImportFile } from './import-file.ts';
import type { Importers } from './importer.ts';
import { readContent, readImport } from './imports.store.ts';
import type { Mapping } from './mapping.ts';
import { BATCH_LINES, batchesOf, type Taken, takeLines, yieldToOthers } from './take-lines.ts';

/** After so long without a finished batch the process that ran an import is taken for dead. */
const CLAIM_MS = MINUTE_MS;

export interface RunParts {
  db: Db;
  clock: Clock;
  log: Logger;
  importers: Importers;
}

/**
 * Takes the lines of a started import, from the first that is not done, batch by batch; each batch and the count of
 * lines done are one transaction, so that a line is never taken twice however often a process dies. Does nothing when
 * another process is at it. It never throws: what goes wrong stands in the import's row and in the log.
 */
export async function runImport(parts: RunParts, id: string): Promise<void> {
  try {
    if (!(await claim(parts, id))) return;
    await takeAll(parts, await readImport(parts.db, id));
  } catch (error) {
    // Somebody else goes on with it; so does the job, later, where the database was only busy.
    if (error instanceof LostClaim || (error instanceof Refusal && error.status === 503)) return;
    parts.log.error({ err: error, importId: id }, 'an import stopped');
    await markFailed(parts, id).catch((err) => parts.log.error({ err, importId: id }, 'could not mark it as stopped'));
  }
}

/** Goes on with all imports whose process died; for a job, and at the start. */
export async function continueImports(parts: RunParts): Promise<void> {
  const rows = await parts.db.read
    .selectFrom('import_file')
    .select('id')
    .where('state', '=', 'running')
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', nowIso(parts.clock))]))
    .orderBy('id')
    .execute();
  for (const { id } of rows) await runImport(parts, id);
}

/** Another process took the import over. */
class LostClaim extends Error {}

async function claim({ db, clock }: RunParts, id: string): Promise<boolean> {
  const claimed = await db.q
    .updateTable('import_file')
    .set({ claimed_until: laterIso(clock, CLAIM_MS) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where((eb) => eb.or([eb('claimed_until', 'is', null), eb('claimed_until', '<', nowIso(clock))]))
    .executeTakeFirst();
  return claimed.numUpdatedRows === 1n;
}

async function takeAll(parts: RunParts, file: ImportFile): Promise<void> {
  const mapping = file.mapping as Mapping;
  const importer = parts.importers[file.kind];
  const actor: Actor = file.createdBy ? { kind: 'person', id: file.createdBy } : SYSTEM;
  let begin = 0;
  for (const lines of batchesOf(await readContent(parts.db, file.id), mapping)) {
    // Batches are cut the same way each time, so those that are done are skipped as a whole.
    if (begin >= file.doneLines) {
      await parts.db.tx(async () => {
        const taken = await takeLines(parts, importer, lines, { notation: mapping, actor, dryRun: false });
        await recordBatch(parts, file.id, { begin, lines: lines.length, taken });
      });
    }
    begin += lines.length;
    await yieldToOthers();
  }
  await finish(parts, file.id, actor);
}

/** Counts a batch in its own transaction; `begin` is how many lines were done before it. */
async function recordBatch(
  { db, clock }: RunParts,
  id: string,
  { begin, lines, taken }: { begin: number; lines: number; taken: Taken },
): Promise<void> {
  const moved = await db.q
    .updateTable('import_file')
    .set((eb) => ({
      done_lines: begin + lines,
      claimed_until: laterIso(clock, CLAIM_MS),
      created_count: eb('created_count', '+', taken.counts.created),
      updated_count: eb('updated_count', '+', taken.counts.updated),
      unchanged_count: eb('unchanged_count', '+', taken.counts.unchanged),
      refused_count: eb('refused_count', '+', taken.counts.refused),
    }))
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('done_lines', '=', begin)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new LostClaim(`lines ${begin} to ${begin + BATCH_LINES} were taken already`);
  if (taken.refused.length > 0) {
    await db.q
      .insertInto('import_refusal')
      .values(taken.refused.map((refusal) => ({ import_id: id, ...refusal })))
      .execute();
  }
}

async function finish(parts: RunParts, id: string, actor: Actor): Promise<void> {
  await parts.db.tx(async () => {
    const done = await parts.db.q
      .updateTable('import_file')
      .set({ state: 'done', claimed_until: null, finished_at: nowIso(parts.clock) })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    const { counts } = await readImport(parts.db, id);
    await recordAudit(parts, {
      actor,
      action: 'import.finished',
      subjectKind: 'import',
      subjectId: id,
      detail: { ...counts },
    });
  });
}

async function markFailed({ db, clock }: RunParts, id: string): Promise<void> {
  await db.q
    .updateTable('import_file')
    .set({
      state: 'failed',
      claimed_until: null,
      finished_at: nowIso(clock),
      failure:
        'Something went wrong on our side. All lines counted here are kept; the rest can be taken by continuing.',
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}
