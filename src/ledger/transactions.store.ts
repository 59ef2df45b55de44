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
  // One branch for each way in, so that each is a step of an index; `;` follows `:`.
  const found = sql<TransactionLine>`
    select entry.id as "entryId", entry.occurred_at as "at", entry.memo as "memo", line.ledger_account as "ledgerAccount",
           line.currency as "currency", line.amount_minor as "amountMinor"
      from (
        select id from journal_entry where subject_id = ${subjectId}
        union
        select id from journal_entry where subject_id > ${`${subjectId}:`} and subject_id < ${`${subjectId};`}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.payment_id
         where allocation.payable_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.payable_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.deposit_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.payment_id = ${subjectId}
        union
        select journal_entry.id from refund join journal_entry on journal_entry.subject_id = refund.id
         where refund.payable_id = ${subjectId}
        union
        select journal_entry.id from refund join journal_entry on journal_entry.subject_id = refund.id
         where refund.payment_id = ${subjectId}
        union
        select journal_entry.id from dispute join dispute_movement moved on moved.dispute_id = dispute.id
          join journal_entry on journal_entry.subject_id = moved.id where dispute.payment_id = ${subjectId}
        union
        select journal_entry.id from dispute join journal_entry on journal_entry.subject_id = dispute.id
         where dispute.payment_id = ${subjectId}
        union
        select journal_entry.id from dispute_part part join dispute_movement moved on moved.dispute_id = part.dispute_id
          join journal_entry on journal_entry.subject_id = moved.id where part.payable_id = ${subjectId}
        union
        select journal_entry.id from dispute_part part join journal_entry on journal_entry.subject_id = part.dispute_id
         where part.payable_id = ${subjectId}
        union
        select journal_entry.id from dispute_movement moved join journal_entry on journal_entry.subject_id = moved.id
         where moved.dispute_id = ${subjectId}
      ) found
      join journal_entry entry on entry.id = found.id
      join journal_line line on line.entry_id = entry.id
     order by entry.id, line.position`;
  return (await found.execute(db.read)).rows;
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
