import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { momentsOf } from '../platform/day-range.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import { type Balance, type BalanceKey, balanceKeys, balancesBefore, ofBalance } from './balances.store.ts';
import { between, type EntriesPage, entriesPage } from './entries.store.ts';
import type { JournalFilter } from './journal-filter.ts';
import type { Place } from './place.ts';
import { entriesAbout, subjectsNumbered } from './subjects.store.ts';

/** So many entries of a kind are held against the other choices, few at first; more are on the next page. */
const LOOKED_THROUGH = [2 * PAGE_SIZE, 2000];

type Found = Array<{ id: string; at: string }>;
const LINE = { at: sql.ref('line.occurred_at'), id: sql.ref('line.entry_id') };
const NOTHING: EntriesPage = { entries: [], next: undefined };

/**
 * Entries newest first, a page at a time; however long the journal is, a bounded part of it is read. A page may
 * therefore show few entries, or none, and still say that there is more.
 */
export async function listEntries(
  db: Db,
  filter: JournalFilter,
  { zone, before }: { zone: string; before: Place | undefined },
): Promise<EntriesPage> {
  const keys = isNarrowed(filter) ? await balanceKeys(db, filter) : undefined;
  if (keys?.length === 0) return NOTHING;
  const ofKind = filter.kind ? sql`entry.kind = ${filter.kind}` : sql`true`;
  const entry = sql`${between(momentsOf(filter, zone), before, 'before')} and ${ofKind}`;
  if (filter.number) {
    const subjects = await subjectsNumbered(db, filter.number);
    const about = subjects.flatMap((id) => entriesAbout(id) ?? []);
    if (about.length === 0) return NOTHING;
    const from = sql`(${sql.join(about, sql` union `)}) found cross join journal_entry entry`;
    return entriesPage(
      db,
      await newest(db, from, sql`entry.id = found.id and ${entry} and ${keys ? touches(keys) : sql`true`}`),
    );
  }
  if (!keys) return entriesPage(db, await newest(db, sql`journal_entry entry`, entry));
  if (filter.kind) return lookThrough(db, entry, keys);
  return entriesPage(db, await newestOf(db, keys, { ...momentsOf(filter, zone), before }));
}

async function newest(db: Db, from: RawBuilder<unknown>, where: RawBuilder<unknown>, most = PAGE_SIZE + 1) {
  const { rows } = await sql<Found[number]>`select entry.id, entry.occurred_at as "at" from ${from} where ${where}
    order by entry.occurred_at desc, entry.id desc limit ${most}`.execute(db.read);
  return rows;
}

/** One step of the index for each balance, of which there are few, and the newest of what they find. */
async function newestOf(
  db: Db,
  keys: readonly BalanceKey[],
  { since, until, before }: { since: string | undefined; until: string | undefined; before: Place | undefined },
): Promise<Found> {
  const ways = keys.map(
    (key) => sql`select * from (select distinct line.entry_id as id, line.occurred_at as "at" from journal_line line
      where ${ofBalance(key)} and ${between({ since, until }, before, 'before', LINE)}
      order by line.occurred_at desc, line.entry_id desc limit ${PAGE_SIZE + 1}) way`,
  );
  const { rows } = await sql<Found[number]>`select id, "at" from (${sql.join(ways, sql` union `)}) found
    order by "at" desc, id desc limit ${PAGE_SIZE + 1}`.execute(db.read);
  return rows;
}

async function lookThrough(db: Db, entry: RawBuilder<unknown>, keys: readonly BalanceKey[]): Promise<EntriesPage> {
  let page = NOTHING;
  for (const most of LOOKED_THROUGH) {
    const looked = await newest(db, sql`journal_entry entry`, entry, most);
    const last = looked.at(-1);
    if (!last) return NOTHING;
    const among = sql`entry.id in (${sql.join(looked.map((one) => one.id))})`;
    page = await entriesPage(db, await newest(db, sql`journal_entry entry`, sql`${among} and ${touches(keys)}`));
    if (page.next || looked.length < most) return page;
    page = { ...page, next: { at: last.at, entryId: last.id, position: 0 } };
  }
  return page;
}

/** Entries that have a line of one of these balances. */
function touches(keys: readonly BalanceKey[]): RawBuilder<boolean> {
  return sql`exists (select 1 from journal_line line where line.entry_id = entry.id
    and (${sql.join(keys.map(ofBalance), sql` or `)}))`;
}

/** What moved on each balance that the choice names, in its days: undefined where it names none, or more than balances. */
export async function movedIn(db: Db, filter: JournalFilter, zone: string): Promise<Balance[] | undefined> {
  if (!isNarrowed(filter) || filter.kind || filter.number) return undefined;
  const { since, until = END_OF_TIME } = momentsOf(filter, zone);
  const [before, after] = await Promise.all([
    since ? balancesBefore(db, since, filter) : [],
    balancesBefore(db, until, filter),
  ]);
  return after.map((one) => {
    const old = before.find((other) => sameKey(one, other));
    const [debitMinor, creditMinor] = [
      one.debitMinor - (old?.debitMinor ?? 0),
      one.creditMinor - (old?.creditMinor ?? 0),
    ];
    return { ...one, debitMinor, creditMinor, balanceMinor: debitMinor - creditMinor };
  });
}

const END_OF_TIME = '9999-12-31T23:59:59.999Z';

export function sameKey(a: BalanceKey, b: BalanceKey): boolean {
  return a.ledgerAccount === b.ledgerAccount && a.accountId === b.accountId && a.currency === b.currency;
}

function isNarrowed({ ledgerAccount, accountId, currency }: JournalFilter): boolean {
  return Boolean(ledgerAccount ?? accountId ?? currency);
}

/** The kinds of entries there are: one step of the index for each. */
export async function entryKinds(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.read
      .selectFrom('journal_entry')
      .select('kind')
      .where('kind', '>', found.at(-1) ?? '')
      .orderBy('kind')
      .limit(1)
      .executeTakeFirst();
    if (!row) return found;
    found.push(row.kind);
  }
}
