import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of disputes in our own books; reads only. */
export async function checkDisputes(db: Db): Promise<CheckResult[]> {
  return [await disputesAreBooked(db), await decisionsFit(db)];
}

/** What stands under disputes is what banks have taken and not given back, as far as nobody has decided about it. */
async function disputesAreBooked(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select currency, sum(booked) as booked_minor, sum(out) as out_minor from (
          select currency, amount_minor as booked, 0 as out from journal_line where ledger_account = 'disputes'
          union all
          select dispute.currency, 0, -moved.amount_minor from dispute_movement moved join dispute on dispute.id = moved.dispute_id
          union all
          select line.currency, 0, line.amount_minor from journal_entry entry
            join journal_line line on line.entry_id = entry.id and line.ledger_account = 'disputes'
            where entry.kind in ('dispute-decided', 'dispute-restored')
        ) movement group by currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.out_minor));
  return {
    invariant: 1,
    promise: 'disputes in the books equal what banks took, less what they gave back and what was decided, per currency',
    looked: sums.length,
    broken,
  };
}

async function decisionsFit(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select dispute.id, dispute.gateway_ref, 'no more is disputed than the payment was' as fault from dispute
          join payment on payment.id = dispute.payment_id
          where dispute.amount_minor > payment.amount_minor or dispute.currency <> payment.currency
        union all
        select dispute.id, dispute.gateway_ref, 'more is shared among documents than is disputed' from dispute
          join dispute_part part on part.dispute_id = dispute.id
          group by dispute.id, dispute.gateway_ref, dispute.amount_minor having sum(part.amount_minor) > dispute.amount_minor
        union all
        select dispute.id, dispute.gateway_ref, 'lost and undecided, without a case' from dispute
          left join case_file on case_file.subject_id = dispute.id and case_file.kind = 'dispute-lost' and case_file.closed_at is null
          where dispute.state = 'lost' and dispute.decision is null and case_file.id is null`,
  );
  return {
    invariant: 5,
    promise: 'no more is disputed than was paid, and a lost dispute is decided or has a case',
    looked: await count(db, 'dispute'),
    broken,
  };
}
