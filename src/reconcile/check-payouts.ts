import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/** What must be true of what was read from gateways' balances, and of what they paid out. */
export async function checkPayouts(db: Db): Promise<CheckResult[]> {
  return [
    await movementsAreBookedOnce(db),
    await feesAndBankEqualMovements(db),
    await chargesEqualPayments(db),
    await payoutsAddUp(db),
  ];
}

async function movementsAreBookedOnce(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select movement_id, currency, sum(booked) as booked_minor, sum(read) as read_minor from (
          select entry.subject_id as movement_id, line.currency, line.amount_minor as booked, 0 as read
            from journal_entry entry join journal_line line on line.entry_id = entry.id and line.ledger_account = 'gateway-clearing'
            where entry.subject_kind = 'movement'
          union all
          select id, currency, 0, case
              when state in ('foreign', 'unmatched') then net_minor
              when meaning in ('fee', 'payout') then gross_minor - fee_minor
              when source_currency is not null then gross_minor - fee_minor
              else -fee_minor end
            from gateway_movement
          union all
          select id, source_currency, 0, -source_minor
            from gateway_movement where source_currency is not null and state in ('waiting', 'matched')
        ) movement group by movement_id, currency having sum(booked) <> sum(read)`,
  );
  return {
    invariant: 1,
    promise: 'what moved at a gateway is booked once: its fee, what was exchanged, paid out, or waits in suspense',
    looked: await count(db, 'gateway_movement'),
    broken,
  };
}

async function feesAndBankEqualMovements(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select ledger_account, currency, sum(booked) as booked_minor, sum(read) as read_minor from (
          select ledger_account, currency, amount_minor as booked, 0 as read
            from journal_line where ledger_account in ('gateway-fees', 'bank')
          union all
          select 'gateway-fees', currency, 0, case when meaning = 'fee' then -net_minor else fee_minor end
            from gateway_movement where state in ('waiting', 'matched')
          union all
          select 'bank', currency, 0, -gross_minor from gateway_movement where meaning = 'payout'
        ) movement group by ledger_account, currency`,
  );
  return {
    invariant: 1,
    promise: 'gateway fees and the bank in the books equal the fees and payouts that were read, per currency',
    looked: sums.length,
    broken: sums.filter((row) => Number(row.booked_minor) !== Number(row.read_minor)),
  };
}

async function chargesEqualPayments(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment.id as payment_id, payment.amount_minor, payment.currency, count(*) as charges,
            sum(coalesce(movement.source_minor, movement.gross_minor)) as read_minor
          from gateway_movement movement join payment on payment.id = movement.payment_id
          where movement.meaning = 'charge' and movement.state = 'matched'
          group by payment.id, payment.amount_minor, payment.currency
          having count(*) <> 1 or sum(coalesce(movement.source_minor, movement.gross_minor)) <> payment.amount_minor
            or min(coalesce(movement.source_currency, movement.currency)) <> payment.currency`,
  );
  return {
    invariant: 4,
    promise: 'a payment moved the balance of its account once, by its own sum',
    looked: await count(db, 'gateway_movement'),
    broken,
  };
}

async function payoutsAddUp(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payout.id as payout_id, payout.gateway_ref, payout.currency, payout.amount_minor, payout.matching,
            coalesce(sum(movement.net_minor), 0) as movements_minor
          from payout left join gateway_movement movement on movement.payout_id = payout.id
          where payout.matching in ('matched', 'off')
          group by payout.id, payout.gateway_ref, payout.currency, payout.amount_minor, payout.matching
          having payout.matching = 'off' or coalesce(sum(movement.net_minor), 0) <> payout.amount_minor`,
  );
  return {
    invariant: 1,
    promise: 'every payout that its gateway explains is the sum of the movements that it pays out',
    looked: await count(db, 'payout'),
    broken,
  };
}
