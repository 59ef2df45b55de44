import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { tidyLine } from '../platform/text-key.ts';
import { decodeFile, guessDelimiter, readRecords } from './csv-file.ts';
import type { ImportKind } from './importer.ts';

/** Keeps an uploaded file and gives its id. Errors: Refusal under `file` when it is no text or has no line. */
export async function uploadFile(
  parts: { db: Db; clock: Clock },
  { kind, name, bytes }: { kind: ImportKind; name: string; bytes: Uint8Array },
  actor: Actor,
): Promise<string> {
  const content = decodeFile(bytes);
  const [header, first] = readRecords(content, guessDelimiter(content));
  if (!header || !first) throw refuseFields({ file: 'This file has no lines below its first one. Choose another.' });
  const id = newId('imp');
  const shownName = tidyLine(name.toWellFormed().replace(/\p{Cc}/gu, ' ')).slice(0, 200) || 'file.csv';
  await parts.db.tx(async () => {
    await parts.db.q
      .insertInto('import_file')
      .values({
        id,
        kind,
        name: shownName,
        content,
        mapping: '',
        state: 'uploaded',
        total_lines: 0,
        done_lines: 0,
        created_count: 0,
        updated_count: 0,
        unchanged_count: 0,
        refused_count: 0,
        failure: null,
        created_by: actor.kind === 'person' ? (actor.id ?? null) : null,
        created_at: nowIso(parts.clock),
        claimed_until: null,
        started_at: null,
        finished_at: null,
      })
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'import.uploaded',
      subjectKind: 'import',
      subjectId: id,
      detail: { kind, name: shownName },
    });
  });
  return id;
}
