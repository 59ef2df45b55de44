import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of money that staff recorded, and of what was taken back. */
export async function checkRecorded(db: Db): Promise<CheckResult[]> {
  return [await undepositedEqualsRecorded(db), await reversedSettlesNothing(db)];
}

async function undepositedEqualsRecorded(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select currency, sum(booked) as booked_minor, sum(recorded) as recorded_minor from (
          select currency, amount_minor as booked, 0 as recorded from journal_line where ledger_account = 'undeposited-funds'
          union all
          select currency, 0, amount_minor from payment where method <> 'card' and state = 'paid'
          union all
          select currency, 0, -amount_minor from refund where method <> 'card' and state = 'succeeded'
        ) movement group by currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.recorded_minor));
  return {
    invariant: 1,
    promise: 'undeposited funds equal what was recorded, less what was reversed and given back by hand, per currency',
    looked: sums.length,
    broken,
  };
}

async function reversedSettlesNothing(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment.id, allocation.payable_id, sum(allocation.amount_minor) as left_minor, 'still settles something' as fault
          from payment join allocation on allocation.payment_id = payment.id
          where payment.state = 'reversed' group by payment.id, allocation.payable_id having sum(allocation.amount_minor) <> 0
        union all
        select payment.id, null, payment.amount_minor, 'a card payment that is reversed'
          from payment where payment.state = 'reversed' and payment.method = 'card'`,
  );
  return {
    invariant: 2,
    promise: 'what a reversed payment settled is owed again, and only recorded payments are reversed',
    looked: await count(db, 'payment'),
    broken,
  };
}
