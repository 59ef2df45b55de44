import { type Expression, type SqlBool, sql } from 'kysely';
import type { Db } from './database.ts';

const LONGEST_WORD = 40;
const MOST_WORDS_ASKED = 8;

/** The words that something is found by: small letters and digits, accents dropped, each once. */
export function wordsOf(...texts: string[]): string[] {
  const plain = texts.join(' ').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu)?.map((word) => word.slice(0, LONGEST_WORD)) ?? [])];
}

/** One thing and the texts that it is to be found by. */
export interface Findable {
  subjectId: string;
  texts: string[];
}

/** Makes new things of one kind findable; call it in the transaction that writes them. */
export async function addSearchWords(db: Db, kind: string, things: readonly Findable[]): Promise<void> {
  const rows = things.flatMap(({ subjectId, texts }) =>
    wordsOf(...texts).map((word) => ({ kind, word, subject_id: subjectId })),
  );
  if (rows.length > 0) await db.q.insertInto('search_word').values(rows).execute();
}

/** The same for things whose texts have changed. */
export async function replaceSearchWords(db: Db, kind: string, things: readonly Findable[]): Promise<void> {
  if (things.length === 0) return;
  await db.q
    .deleteFrom('search_word')
    .where('kind', '=', kind)
    .where(
      'subject_id',
      'in',
      things.map((thing) => thing.subjectId),
    )
    .execute();
  await addSearchWords(db, kind, things);
}

/**
 * A condition for `where`: every word asked for begins a word of the thing. `places` says whose words count and which
 * column holds their id, such as [['invoice', 'payable.id'], ['customer', 'payable.customer_id']].
 */
export function foundBy(search: string, places: ReadonlyArray<readonly [kind: string, column: string]>) {
  const words = wordsOf(search).slice(0, MOST_WORDS_ASKED);
  const conditions: Expression<SqlBool>[] = words.map((word) => {
    const ways = places.map(
      ([kind, column]) => sql<SqlBool>`${sql.ref(column)} in (
        select subject_id from search_word
        where kind = ${kind} and word >= ${word} and word < ${`${word}\u{10ffff}`})`,
    );
    return sql<SqlBool>`(${sql.join(ways, sql` or `)})`;
  });
  if (conditions.length > 0) return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
  // Something was typed, but no letter or digit in it: nothing is found by that.
  return search.trim() ? sql<SqlBool>`1 = 0` : sql<SqlBool>`1 = 1`;
}
