import { type RawBuilder, type SqlBool, sql } from 'kysely';
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

/** A way from a word to the thing that is looked for: through its own words, or those of another thing that a table ties to it. */
export interface SearchWay {
  /** Whose words. */
  kind: string;
  /** The column that names the other thing, and the column of the same table that names ours. Left out: its own words. */
  tie?: readonly [other: string, ours: string];
}

/** A search that was weighed: what it asks for, the word that the fewest things have first. */
export interface Search {
  words: ReadonlyArray<AskedWord & { few: boolean }>;
  /** Something was typed, but no word, or one that nothing has. */
  findsNothing: boolean;
  ways: readonly SearchWay[];
}

/** A word that things must have: all of it, or as the beginning of one of theirs. */
interface AskedWord {
  word: string;
  whole: boolean;
}

/** So many things may be gathered before the page is looked for among them. */
const FEW = 2000;
/** Where a word finds no more than these, nothing need be known of the others. */
const VERY_FEW = 100;

/**
 * Counts, up to a bound, what each word of a search finds. Without it the databases guess: they gather a million things for
 * a word that all have, or walk past a million for one that a single thing has. Where one thing has all the words just so,
 * numbers among them are meant as they were typed: whoever asks for INV-77 does not look for INV-770 to INV-779999.
 */
export async function weighSearch(db: Db, search: string, ways: readonly SearchWay[]): Promise<Search> {
  const words = wordsOf(search).slice(0, MOST_WORDS_ASKED);
  const areWhole = await someHasAll(db, words, ways);
  const count = (most: number) =>
    Promise.all(
      words.map(async (word) => {
        const asked = { word, whole: areWhole && isNumber(word) };
        return { ...asked, count: await countThings(db, asked, { ways, most }) };
      }),
    );
  let counted = await count(VERY_FEW);
  if (counted.every((one) => one.count > VERY_FEW)) counted = await count(FEW);
  return {
    words: counted.toSorted((a, b) => a.count - b.count).map((asked) => ({ ...asked, few: asked.count <= FEW })),
    findsNothing: counted.length === 0 ? search.trim() !== '' : counted.some(({ count }) => count === 0),
    ways,
  };
}

interface Counting {
  ways: readonly SearchWay[];
  /** Beyond, it is many. */
  most: number;
}

function isNumber(word: string): boolean {
  return /\p{N}/u.test(word);
}

/** Whether one thing has all the words just so; of those that have its longest number, so many are looked at. */
async function someHasAll(db: Db, words: readonly string[], ways: readonly SearchWay[]): Promise<boolean> {
  const [number] = words.filter(isNumber).toSorted((a, b) => b.length - a.length);
  if (!number) return false;
  for (const kind of new Set(ways.map((way) => way.kind))) {
    const hasWord = (word: string) => sql`(select 1 from search_word as w
      where w.subject_id = named.subject_id and w.kind = ${kind} and w.word = ${word} limit 1) = 1`;
    const { rows } = await sql`select 1 from (
        select subject_id from search_word where kind = ${kind} and word = ${number} limit ${FEW}
      ) named where ${sql.join(words.map(hasWord), sql` and `)} limit 1`.execute(db.read);
    if (rows.length > 0) return true;
  }
  return false;
}

/** What a word finds on all ways, of what it is tied to too: one customer may have thousands of documents. */
async function countThings(db: Db, asked: AskedWord, { ways, most }: Counting): Promise<number> {
  let count = 0;
  for (const { kind, tie } of ways) {
    const named = sql`(select subject_id from search_word where kind = ${kind} and ${has('word', asked)} limit ${most + 1}) named`;
    const names = await countRows(db, named);
    const isBounded = names > most;
    count += tie && names > 0 && !isBounded ? await countRows(db, tiedTo(tie, named, most)) : names;
  }
  return count;
}

function tiedTo(tie: readonly [string, string], named: RawBuilder<unknown>, most: number) {
  const { table, other } = columnsOf(tie);
  return sql`(select 1 from ${named} cross join ${sql.table(table)} as tie
    where tie.${sql.ref(other)} = named.subject_id limit ${most + 1}) tied`;
}

async function countRows(db: Db, from: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${from}`.execute(db.read);
  return Number(rows[0]?.n);
}

/**
 * A condition for `where`: the thing has every word, on any of the ways. `ours` is the column of its id, such
 * as `payable.id`. What the rarest word finds is gathered, and the other words are looked up for each of those.
 */
export function meets({ words, findsNothing, ways }: Search, ours: string) {
  if (findsNothing) return sql<SqlBool>`1 = 0`;
  const conditions = words.map((asked, place) =>
    place === 0 && asked.few ? gathered(asked, ways, ours) : lookedUp(asked, ways, ours),
  );
  return conditions.length > 0 ? sql<SqlBool>`(${sql.join(conditions, sql` and `)})` : sql<SqlBool>`1 = 1`;
}

function gathered(asked: AskedWord, ways: readonly SearchWay[], ours: string) {
  const found = ways.map(({ kind, tie }) => {
    const subjects = sql`select subject_id from search_word where kind = ${kind} and ${has('word', asked)}`;
    if (!tie) return subjects;
    const { table, other, mine } = columnsOf(tie);
    return sql`select tie.${sql.ref(mine)} from ${sql.table(table)} as tie where tie.${sql.ref(other)} in (${subjects})`;
  });
  return sql<SqlBool>`${sql.ref(ours)} in (${sql.join(found, sql` union `)})`;
}

/** One value for each thing: of `exists`, PostgreSQL would gather all that have the word. */
function lookedUp(asked: AskedWord, ways: readonly SearchWay[], ours: string) {
  const found = ways.map(({ kind, tie }) => {
    if (!tie) {
      return sql<SqlBool>`(select 1 from search_word as w
        where w.subject_id = ${sql.ref(ours)} and w.kind = ${kind} and ${has('w.word', asked)} limit 1) = 1`;
    }
    const { table, other, mine } = columnsOf(tie);
    // From the thing to its words: SQLite keeps to the order of a cross join.
    return sql<SqlBool>`(select 1 from ${sql.table(table)} as tie cross join search_word as w
      where tie.${sql.ref(mine)} = ${sql.ref(ours)} and w.subject_id = tie.${sql.ref(other)} and w.kind = ${kind} and ${has('w.word', asked)} limit 1) = 1`;
  });
  return sql<SqlBool>`(${sql.join(found, sql` or `)})`;
}

function has(column: string, { word, whole }: AskedWord) {
  if (whole) return sql<SqlBool>`${sql.ref(column)} = ${word}`;
  return sql<SqlBool>`${sql.ref(column)} >= ${word} and ${sql.ref(column)} < ${`${word}\u{10ffff}`}`;
}

function columnsOf([other, ours]: readonly [string, string]) {
  const [table = '', otherColumn = ''] = other.split('.');
  return { table, other: otherColumn, mine: ours.split('.')[1] ?? '' };
}
