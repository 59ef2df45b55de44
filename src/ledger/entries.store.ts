import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import type { BalanceKey } from './balances.store.ts';
import { isLedgerAccount } from './chart-of-accounts.ts';
import { readMappings, serviceAccounts } from './ledger-mapping.store.ts';
import { accountTitle } from './ledger-mapping.ts';
import type { Place } from './place.ts';

/** One line of an entry. Debits are positive, credits negative, in whole minor units. */
export interface BookedLine extends BalanceKey {
  amountMinor: number;
  /** How the account is called: the company's own number, if any, and name. */
  code: string;
  name: string;
  /** The payment service account, by name; empty where it is not kept per account. */
  service: string;
}

export interface BookedEntry {
  id: string;
  at: string;
  kind: string;
  subjectId: string;
  memo: string;
  lines: BookedLine[];
}

/** Gives how accounts are called in the books: one read of each of two small tables. */
export async function readTitles(db: Db): Promise<(key: BalanceKey) => Pick<BookedLine, 'code' | 'name' | 'service'>> {
  const [mappings, accounts] = await Promise.all([readMappings(db), serviceAccounts(db)]);
  const labels = new Map(accounts.map(({ id, label }) => [id, label]));
  return (key) => {
    // An account that a later version booked to is still called something.
    const title = isLedgerAccount(key.ledgerAccount)
      ? accountTitle(mappings, key)
      : { code: '', name: key.ledgerAccount as string };
    return { ...title, service: key.accountId ? (labels.get(key.accountId) ?? '') : '' };
  };
}

/** The entries of these ids with their lines, in the order of the ids. */
export async function readEntries(db: Db, ids: readonly string[]): Promise<BookedEntry[]> {
  if (ids.length === 0) return [];
  const [titleOf, entries, lines] = await Promise.all([
    readTitles(db),
    db.read.selectFrom('journal_entry').selectAll().where('id', 'in', ids).execute(),
    db.read
      .selectFrom('journal_line')
      .selectAll()
      .where('entry_id', 'in', ids)
      .orderBy('entry_id')
      .orderBy('position')
      .execute(),
  ]);
  const booked = new Map<string, BookedEntry>(
    entries.map((row) => [
      row.id,
      { id: row.id, at: row.occurred_at, kind: row.kind, subjectId: row.subject_id, memo: row.memo, lines: [] },
    ]),
  );
  for (const row of lines) {
    const key = {
      ledgerAccount: row.ledger_account as BookedLine['ledgerAccount'],
      accountId: row.account_id ?? undefined,
      currency: row.currency,
    };
    booked.get(row.entry_id)?.lines.push({ ...key, amountMinor: row.amount_minor, ...titleOf(key) });
  }
  return ids.flatMap((id) => booked.get(id) ?? []);
}

/** A page of entries: what it shows, and the place to continue after, if there is more. */
export interface EntriesPage {
  entries: BookedEntry[];
  next: Place | undefined;
}

/** Reads the page that begins with `PAGE_SIZE + 1` found entries. */
export async function entriesPage(db: Db, found: ReadonlyArray<{ id: string; at: string }>): Promise<EntriesPage> {
  const shown = found.slice(0, PAGE_SIZE);
  const last = found.length > PAGE_SIZE ? shown.at(-1) : undefined;
  const entries = await readEntries(
    db,
    shown.map(({ id }) => id),
  );
  return { entries, next: last && { at: last.at, entryId: last.id, position: 0 } };
}

interface Moments {
  since?: string | undefined;
  until?: string | undefined;
}
const ENTRY = { at: sql.ref('entry.occurred_at'), id: sql.ref('entry.id') };

/**
 * What lies between two moments, each of which may be missing, and before a place (newest first) or after it (oldest
 * first). There is one bound on each side, since SQLite takes the first that it finds for its way through the index.
 */
export function between(
  { since, until }: Moments,
  place: Place | undefined,
  direction: 'before' | 'after',
  { at, id } = ENTRY,
): RawBuilder<boolean> {
  const after = direction === 'after' && place && !(since && since > place.at) ? place : undefined;
  const before = direction === 'before' && place && !(until && until <= place.at) ? place : undefined;
  const conditions = [
    ...(after ? [sql`${at} >= ${after.at} and (${at} > ${after.at} or ${id} > ${after.entryId})`] : []),
    ...(since && !after ? [sql`${at} >= ${since}`] : []),
    ...(before ? [sql`${at} <= ${before.at} and (${at} < ${before.at} or ${id} < ${before.entryId})`] : []),
    ...(until && !before ? [sql`${at} < ${until}`] : []),
  ];
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}
