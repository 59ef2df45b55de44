import { stringify } from 'csv-stringify/sync';
import type { Db } from '../platform/database/database.ts';
import { readRecords } from './csv-file.ts';
import type { ImportFile } from './import-file.ts';
import { readContent, refusedLines } from './imports.store.ts';

const READ_AT_ONCE = 1000;

/**
 * The refused lines as a file to correct and import again: line and reason before the columns as they were. No cell can
 * be taken for a formula by a spreadsheet; begins with a mark that says UTF-8.
 */
export async function* refusedCsv(db: Db, file: ImportFile): AsyncGenerator<string> {
  const delimiter = file.mapping?.delimiter ?? ',';
  const records = readRecords(await readContent(db, file.id), delimiter);
  const header = records.next().value?.cells ?? [];
  yield `\ufeff${written([['Line', 'Reason', ...header]], delimiter)}`;
  for (let after = 0; ; ) {
    const refused = await refusedLines(db, file.id, { limit: READ_AT_ONCE, after });
    const reasonOf = new Map(refused.map(({ line, reason }) => [line, reason]));
    const last = refused.at(-1)?.line;
    if (last === undefined) return;
    const rows: string[][] = [];
    for (let next = records.next(); !next.done; next = records.next()) {
      const { line, cells } = next.value;
      const reason = reasonOf.get(line);
      if (reason !== undefined) rows.push([String(line), reason, ...cells]);
      if (line >= last) break;
    }
    yield written(rows, delimiter);
    after = last;
  }
}

function written(rows: string[][], delimiter: string): string {
  return stringify(rows, { delimiter, escape_formulas: true, record_delimiter: 'windows' });
}
