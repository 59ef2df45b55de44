import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { readContent, readImport } from './imports.store.ts';
import type { Mapping } from './mapping.ts';
import { batchesOf, yieldToOthers } from './take-lines.ts';

/**
 * Marks an uploaded file as to be imported under a mapping; `runImport` does it. One that had stopped goes on where it
 * was, under the mapping it had, which `mapping` then cannot change.
 * Errors: 404; Refusal `already-started` (409).
 */
export async function startImport(
  parts: { db: Db; clock: Clock },
  { id, mapping }: { id: string; mapping?: Mapping | undefined },
  actor: Actor,
): Promise<void> {
  const { db, clock } = parts;
  const file = await readImport(db, id);
  const chosen = file.mapping ?? mapping;
  if (!chosen) throw new Refusal('no-mapping', 409, 'Choose the columns of this file first.');
  const totalLines = await countLines(await readContent(db, id), chosen);
  await db.tx(async () => {
    const started = await db.q
      .updateTable('import_file')
      .set({
        state: 'running',
        mapping: JSON.stringify(chosen),
        total_lines: totalLines,
        failure: null,
        claimed_until: null,
        started_at: nowIso(clock),
        finished_at: null,
      })
      .where('id', '=', id)
      .where('state', 'in', ['uploaded', 'failed'])
      .executeTakeFirst();
    if (started.numUpdatedRows !== 1n) {
      throw new Refusal('already-started', 409, 'This import has been started already.');
    }
    await recordAudit(parts, { actor, action: 'import.started', subjectKind: 'import', subjectId: id });
  });
}

async function countLines(content: string, mapping: Mapping): Promise<number> {
  let lines = 0;
  for (const batch of batchesOf(content, mapping)) {
    lines += batch.length;
    await yieldToOthers(0);
  }
  return lines;
}
