import { csvText } from '../platform/csv.ts';
import type { Db } from '../platform/database/database.ts';
import type { AuditFilter } from './audit-filter.ts';
import { type AuditKey, type LoggedDeed, listDeeds } from './audit-log.store.ts';
import { subjectNames } from './subjects.store.ts';

const ROWS_PER_READ = 500;
const COLUMNS = [
  ...['line', 'at_utc', 'actor', 'actor_name', 'action', 'subject', 'subject_name', 'subject_id'],
  ...['detail', 'ip', 'request_id'],
];

/** The chosen lines as CSV, newest first as on the page, read in chunks: gives pieces of text. */
export async function* exportAudit(
  { db }: { db: Db },
  filter: AuditFilter,
  { zone }: { zone: string },
): AsyncGenerator<string> {
  yield csvText([COLUMNS]);
  for (let after: AuditKey | undefined; ; ) {
    const rows = await listDeeds(db, filter, { zone, after, most: ROWS_PER_READ });
    if (rows.length > 0) yield csvText(await cellsOf(db, rows));
    if (rows.length < ROWS_PER_READ) return;
    after = rows.at(-1);
  }
}

async function cellsOf(db: Db, rows: LoggedDeed[]): Promise<string[][]> {
  const names = await subjectNames(
    db,
    rows.map((row) => ({ kind: row.subject_kind, id: row.subject_id })),
  );
  return rows.map((row) => [
    String(row.seq),
    row.at,
    row.actor_kind,
    row.person_name ?? '',
    row.action,
    row.subject_kind,
    names.get(row.subject_id) ?? '',
    row.subject_id,
    row.detail,
    row.ip ?? '',
    row.request_id ?? '',
  ]);
}
