import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/**
 * What moved the money that a gateway holds for us, by the kind of subject that its journal entries name: account, currency
 * and the sum that came in. Whatever else books on gateway clearing has no row here, and is named as broken.
 */
const MOVED: Record<string, ReturnType<typeof sql>> = {
  payment: sql`select account_id, currency, amount_minor from payment where method = 'card' and state = 'paid'`,
  refund: sql`select account_id, currency, -amount_minor as amount_minor from refund where method = 'card' and state = 'succeeded'`,
  'dispute-movement': sql`select dispute.account_id, dispute.currency, moved.amount_minor
    from dispute_movement moved join dispute on dispute.id = moved.dispute_id`,
  // Fees, payouts, what was exchanged, and what waits in suspense.
  movement: sql`select account_id, currency, case
      when state in ('foreign', 'unmatched') then net_minor
      when meaning in ('fee', 'payout') or source_currency is not null then gross_minor - fee_minor
      else -fee_minor end as amount_minor from gateway_movement
    union all
    select account_id, source_currency, -source_minor
      from gateway_movement where source_currency is not null and state in ('waiting', 'matched')`,
};

/** What must be true of the money that gateways hold: it is what came in less what went out, each kind by itself. */
export async function checkClearing(db: Db): Promise<CheckResult> {
  const moved = Object.entries(MOVED).map(
    ([kind, rows]) =>
      sql`select ${sql.lit(kind)} as moved_by, account_id, currency, 0 as booked, amount_minor as moved from (${rows}) moved_there`,
  );
  const booked = sql`select entry.subject_kind as moved_by, line.account_id, line.currency, line.amount_minor as booked, 0 as moved
    from journal_line line join journal_entry entry on entry.id = line.entry_id where line.ledger_account = 'gateway-clearing'`;
  const sums = await rowsOf(
    db,
    sql`select moved_by, account_id, currency, sum(booked) as booked_minor, sum(moved) as moved_minor
          from (${sql.join([booked, ...moved], sql` union all `)}) movement group by moved_by, account_id, currency`,
  );
  return {
    invariant: 1,
    promise:
      'gateway clearing equals what was captured less refunds, disputes, fees and payouts, with what was exchanged or waits in suspense, per account and currency',
    looked: sums.length,
    broken: sums.filter((row) => Number(row.booked_minor) !== Number(row.moved_minor)),
  };
}
