import { sql } from 'kysely';
import { depositBalance } from '../payables/deposit-balance.ts';
import type { Db } from '../platform/database/database.ts';
import { NOTHING_TAKEN, rowsOf, takenOfDeposits } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of money held as deposits, and of what was taken out of them. */
export async function checkDeposits(db: Db): Promise<CheckResult[]> {
  return [await depositsAreOwed(db), await depositsAreNotUsedTwice(db)];
}

async function depositsAreOwed(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select currency, sum(booked) as booked_minor, sum(held) as held_minor from (
          select currency, -amount_minor as booked, 0 as held from journal_line where ledger_account = 'customer-deposits'
          union all
          select payable.currency, 0, allocation.amount_minor from allocation join payable on payable.id = allocation.payable_id where payable.kind = 'deposit'
          union all
          select payable.currency, 0, -allocation.amount_minor from allocation join payable on payable.id = allocation.deposit_id
          union all
          select refund.currency, 0, -line.amount_minor from refund_line line join refund on refund.id = line.refund_id where line.outcome = 'deposit' and refund.state = 'succeeded'
          union all
          select payable.currency, 0, -part.amount_minor from dispute_part part
            join dispute on dispute.id = part.dispute_id and dispute.decision is not null
            join payable on payable.id = part.payable_id where payable.kind = 'deposit'
        ) movement group by currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.held_minor));
  return {
    invariant: 1,
    promise: 'customer deposits in the books equal what is held: paid in, not applied and not refunded, per currency',
    looked: sums.length,
    broken,
  };
}

async function depositsAreNotUsedTwice(db: Db): Promise<CheckResult> {
  const used = await takenOfDeposits(db);
  const paid = await rowsOf(
    db,
    sql`select payable.id, payable.number, coalesce(sum(allocation.amount_minor), 0) as paid_minor
          from payable left join allocation on allocation.payable_id = payable.id
          where payable.kind = 'deposit' group by payable.id, payable.number`,
  );
  const broken = paid.filter((row) => {
    const sums = used.get(row.id as string) ?? NOTHING_TAKEN;
    const { leftMinor } = depositBalance({ paidMinor: Number(row.paid_minor), ...sums });
    return leftMinor < 0 || sums.appliedMinor < 0;
  });
  return {
    invariant: 2,
    promise: 'no more of a deposit is applied or refunded than was paid into it',
    looked: paid.length,
    broken,
  };
}
