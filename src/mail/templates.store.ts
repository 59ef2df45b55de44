import type { Selectable } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { LetterTemplateTable } from '../platform/database/tables.ts';
import { LANGUAGES } from '../words/words.ts';
import type { LetterTemplate } from './letter-template.ts';
import type { TemplateKind } from './template-kinds.ts';

/** Whose words: those of the company (no account) or those for one payment service account. */
export interface TemplatePlace {
  kind: TemplateKind;
  accountId: string | undefined;
  language: string;
}

/** A version with the name of who wrote it. */
export type TemplateRow = Selectable<LetterTemplateTable> & { author: string | null };

/** The language that letters to a reader of this one are written in. */
function templateLanguage(language: string): string {
  const base = language.split('-')[0] ?? '';
  return [language, base].find((one) => one in LANGUAGES) ?? 'en';
}

/**
 * The words to write a letter with: the account's own, else the company's; undefined where the catalogue's hold.
 * Reads in the transaction one stands in.
 */
export async function findTemplate(
  db: Db,
  { kind, accountId, language }: TemplatePlace,
): Promise<LetterTemplate | undefined> {
  const rows = await db.read
    .selectFrom('letter_template')
    .select(['account_id', 'subject', 'body'])
    .where('kind', '=', kind)
    .where('language', '=', templateLanguage(language))
    .where('active', '=', 1)
    .where((where) => where.or([where('account_id', 'is', null), where('account_id', '=', accountId ?? '')]))
    .execute();
  const row = rows.find((one) => one.account_id !== null) ?? rows[0];
  return row && { subject: row.subject, body: row.body };
}

/** The versions of one place, newest first, at most 50. */
export async function listVersions(db: Db, place: TemplatePlace): Promise<TemplateRow[]> {
  return db.read
    .selectFrom('letter_template')
    .leftJoin('person', 'person.id', 'letter_template.created_by')
    .selectAll('letter_template')
    .select('person.name as author')
    .where('kind', '=', place.kind)
    .where('language', '=', place.language)
    .where('account_id', place.accountId ? '=' : 'is', place.accountId ?? null)
    .orderBy('version', 'desc')
    .limit(50)
    .execute();
}

/** Which places have words of their own just now. */
export async function listActive(
  db: Db,
): Promise<Array<Pick<TemplateRow, 'kind' | 'account_id' | 'version' | 'created_at'>>> {
  return db.read
    .selectFrom('letter_template')
    .select(['kind', 'account_id', 'version', 'created_at'])
    .where('active', '=', 1)
    .execute();
}

/** The accounts that can have words of their own. */
export async function accountNames(db: Db): Promise<Array<{ id: string; name: string }>> {
  return db.read.selectFrom('account').select(['id', 'name']).orderBy('name').execute();
}
