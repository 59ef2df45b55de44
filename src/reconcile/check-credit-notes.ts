import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of credit notes: each lowers its claim by its sum, here and in the books, and nothing else does. */
export async function checkCreditNotes(db: Db): Promise<CheckResult[]> {
  return [await creditNotesLowerClaims(db), await creditNoteNumbersHaveNoGaps(db)];
}

async function creditNotesLowerClaims(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select note_id, payable_id, sum(said) as said_minor, sum(allocated) as allocated_minor, sum(booked) as booked_minor from (
          select id as note_id, payable_id, case when withdrawn_at is null then amount_minor else 0 end as said, 0 as allocated, 0 as booked
            from credit_note
          union all
          select note.id, allocation.payable_id, 0, allocation.amount_minor, 0 from allocation
            left join credit_note note on note.allocation_id in (allocation.id, allocation.reverses)
            where allocation.source = 'credit-note'
          union all
          select note.id, allocation.payable_id, 0, 0, line.amount_minor from journal_line line
            join journal_entry entry on entry.id = line.entry_id
            left join allocation on allocation.id = entry.subject_id
            left join credit_note note on note.allocation_id in (allocation.id, allocation.reverses)
            where line.ledger_account = 'refunds'
        ) told group by note_id, payable_id
        having note_id is null or sum(said) <> sum(allocated) or sum(said) <> sum(booked)`,
  );
  return {
    invariant: 5,
    promise:
      'every credit note lowers its claim by its sum, here and in the books, and one that was taken back by nothing',
    looked: await count(db, 'credit_note'),
    broken,
  };
}

async function creditNoteNumbersHaveNoGaps(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select number from (
          select number, lag(number) over (order by number) as before from credit_note
        ) numbered where before is not null and number <> before + 1`,
  );
  return {
    invariant: 7,
    promise: 'credit note numbers follow each other without gaps',
    looked: await count(db, 'credit_note'),
    broken,
  };
}
