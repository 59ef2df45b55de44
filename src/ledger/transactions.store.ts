import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import { type BookedLine, beyond, type EntriesPage, entriesPage, readEntries } from './entries.store.ts';
import type { Place } from './place.ts';
import { entriesAbout } from './subjects.store.ts';

/** One line of an entry about something, with its entry. */
export interface TransactionLine extends BookedLine {
  entryId: string;
  at: string;
  memo: string;
}

/** The lines of all entries about one document or payment, oldest first. */
export async function transactionsOf(db: Db, subjectId: string): Promise<TransactionLine[]> {
  const about = entriesAbout(subjectId);
  if (!about) return [];
  const { rows } = await sql<{ id: string }>`
    select entry.id from (${about}) found join journal_entry entry on entry.id = found.id
     order by entry.occurred_at, entry.id`.execute(db.read);
  const entries = await readEntries(
    db,
    rows.map((row) => row.id),
  );
  return entries.flatMap(({ id, at, memo, lines }) => lines.map((line) => ({ entryId: id, at, memo, ...line })));
}

/** The entries about something, oldest first, a page at a time. */
export async function transactionEntries(db: Db, subjectId: string, after: Place | undefined): Promise<EntriesPage> {
  const about = entriesAbout(subjectId);
  if (!about) return { entries: [], next: undefined };
  const { rows } = await sql<{ id: string; at: string }>`
    select entry.id, entry.occurred_at as "at" from (${about}) found join journal_entry entry on entry.id = found.id
     where ${beyond(after, 'after')} order by entry.occurred_at, entry.id limit ${PAGE_SIZE + 1}`.execute(db.read);
  return entriesPage(db, rows);
}

/** What all entries about something come to, in each currency: whole minor units. */
export interface TransactionSum {
  currency: string;
  entries: number;
  debitMinor: number;
  creditMinor: number;
}

export async function transactionSums(db: Db, subjectId: string): Promise<TransactionSum[]> {
  const about = entriesAbout(subjectId);
  if (!about) return [];
  const { rows } = await sql<TransactionSum>`
    select line.currency as "currency", count(distinct line.entry_id) as "entries",
           sum(case when line.amount_minor > 0 then line.amount_minor else 0 end) as "debitMinor",
           sum(case when line.amount_minor < 0 then -line.amount_minor else 0 end) as "creditMinor"
      from (${about}) found join journal_line line on line.entry_id = found.id
     group by line.currency order by line.currency`.execute(db.read);
  return rows.map((row) => ({
    currency: row.currency,
    entries: Number(row.entries),
    debitMinor: Number(row.debitMinor),
    creditMinor: Number(row.creditMinor),
  }));
}
