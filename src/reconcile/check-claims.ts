import { sql } from 'kysely';
import { appliedMinorColumn, refundedMinorColumn } from '../payables/deposit-balance.store.ts';
import { paidMinorColumn } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of claims: what the books hold of them, what was paid elsewhere, and what is void. */
export async function checkClaims(db: Db): Promise<CheckResult[]> {
  return [await receivablesEqualWhatIsOwed(db), await paidElsewhereIsBooked(db), await nothingIsLeftOfVoid(db)];
}

async function receivablesEqualWhatIsOwed(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select currency, sum(booked) as booked_minor, sum(owed) as owed_minor from (
          select currency, amount_minor as booked, 0 as owed from journal_line where ledger_account = 'receivables'
          union all
          select currency, 0, total_minor from payable where kind = 'invoice' and state <> 'void'
          union all
          select payable.currency, 0, -allocation.amount_minor from allocation
            join payable on payable.id = allocation.payable_id where payable.kind = 'invoice'
        ) movement group by currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.owed_minor));
  return {
    invariant: 1,
    promise: 'receivables equal what is owed on invoices, per currency',
    looked: sums.length,
    broken,
  };
}

async function paidElsewhereIsBooked(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select allocation.id, allocation.payable_id, allocation.amount_minor, 'from nowhere, or from two places' as fault
          from allocation where (case when payment_id is null then 0 else 1 end) + (case when deposit_id is null then 0 else 1 end)
            + (case when source is null then 0 else 1 end) <> 1
        union all
        select null, payable_id, sum(allocated) - sum(booked), 'booked otherwise than allocated' from (
          select payable_id, amount_minor as allocated, 0 as booked from allocation where source = 'elsewhere'
          union all
          select entry.about_id, 0, -line.amount_minor from journal_entry entry
            join journal_line line on line.entry_id = entry.id and line.ledger_account = 'receivables'
            where entry.kind = 'paid-elsewhere'
        ) movement group by payable_id having sum(allocated) <> sum(booked)
        union all
        select null, payable_id, sum(amount_minor), 'less than nothing' from allocation where source = 'elsewhere'
          group by payable_id having sum(amount_minor) < 0`,
  );
  return {
    invariant: 2,
    promise: 'every allocation has one source, and what was paid elsewhere is booked and never below zero',
    looked: await count(db, 'allocation'),
    broken,
  };
}

const heldOfDeposit = sql`(${paidMinorColumn} - ${appliedMinorColumn} - ${refundedMinorColumn})`;
/** A card's bank may send a refund back when the deposit is void already: it is held until it is given back otherwise. */
const cameBackAfterVoid = sql`(select coalesce(sum(refund_line.amount_minor), 0) from refund_line
  join refund on refund.id = refund_line.refund_id where refund_line.payable_id = payable.id and refund.settled_at is not null and refund.ended_at >= payable.voided_at)`;

async function nothingIsLeftOfVoid(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payable.id, payable.number, sum(allocation.amount_minor) as left_minor, 'something is allocated' as fault
          from payable join allocation on allocation.payable_id = payable.id
          where payable.state = 'void' and payable.kind = 'invoice'
          group by payable.id, payable.number having sum(allocation.amount_minor) <> 0
        union all
        select id, number, held, 'something is held' from (
          select payable.id, payable.number, ${heldOfDeposit} as held, ${cameBackAfterVoid} as came_back
            from payable where payable.state = 'void' and payable.kind = 'deposit'
        ) void_deposit where held < 0 or held > came_back
        union all
        select payable.id, payable.number, sum(line.amount_minor), 'still claimed in the books'
          from journal_entry entry
          join journal_line line on line.entry_id = entry.id and line.ledger_account = 'receivables'
          join payable on payable.id = entry.about_id and payable.state = 'void'
          where entry.subject_kind = 'invoice' and entry.kind <> 'paid-elsewhere'
          group by payable.id, payable.number having sum(line.amount_minor) <> 0`,
  );
  return {
    invariant: 2,
    promise: 'of what is void nothing is allocated, held or claimed',
    looked: await count(db, 'payable'),
    broken,
  };
}
