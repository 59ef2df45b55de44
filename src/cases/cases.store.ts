import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { CaseFileTable } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';

/** A case with the names of who owns it and who closed it. */
export type CaseRow = Selectable<CaseFileTable> & { owner: string | null; closer: string | null };

/** How many cases wait for somebody: for the navigation. */
export async function countOpenCases(db: Db): Promise<number> {
  const row = await db.read
    .selectFrom('case_file')
    .select((eb) => eb.fn.countAll<number | string>().as('open'))
    .where('closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

/** A page of open or of closed cases, newest first. */
export async function listCases(
  db: Db,
  { closed, before }: { closed: boolean; before?: string | undefined },
): Promise<KeysetPage<CaseRow>> {
  let query = withNames(db)
    .where('case_file.closed_at', closed ? 'is not' : 'is', null)
    .orderBy('case_file.id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (before) query = query.where('case_file.id', '<', before);
  return keysetPage(await query.execute());
}

/** One case; undefined when there is none. */
export async function readCase(db: Db, id: string): Promise<CaseRow | undefined> {
  return withNames(db).where('case_file.id', '=', id).executeTakeFirst();
}

/** What became known about a case after it was opened, oldest first. */
export async function notesOf(db: Db, caseId: string): Promise<Array<{ notedAt: string; body: string }>> {
  const rows = await db.read
    .selectFrom('case_note')
    .select(['noted_at', 'body'])
    .where('case_id', '=', caseId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ notedAt: row.noted_at, body: row.body }));
}

function withNames(db: Db) {
  return db.read
    .selectFrom('case_file')
    .leftJoin('person as owner', 'owner.id', 'case_file.owner_id')
    .leftJoin('person as closer', 'closer.id', 'case_file.closed_by')
    .selectAll('case_file')
    .select(['owner.name as owner', 'closer.name as closer']);
}
