import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { GONE_STATES } from '../refunds/refund.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';

/**
 * What only waits, or is promised, has sent nothing, and what was sent may never have been made: the gateway's own refund
 * may have come before it, and then the gateway refuses ours.
 */
const goneStates = sql.join(GONE_STATES.filter((state) => state !== 'waiting' && state !== 'reserved'));
const isGone = sql`refund.state in (${goneStates}) and (refund.state <> 'sent' or refund.gateway_ref is not null)`;

/** What must be true of money given back: of what it was, where it stands in the books, and that it was not more. */
export async function checkRefunds(db: Db): Promise<CheckResult[]> {
  return [
    await suspenseIsUnexplained(db),
    await linesMakeUpRefunds(db),
    await linesTakeBackWhatWasSettled(db),
    await refundsFitPayments(db),
    await refundsHaveReceipts(db),
  ];
}

async function suspenseIsUnexplained(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select refund_id, sum(booked) as booked_minor, sum(unexplained) as unexplained_minor from (
          select entry.subject_id as refund_id, line.amount_minor as booked, 0 as unexplained from journal_line line
            join journal_entry entry on entry.id = line.entry_id and entry.subject_kind = 'refund'
            where line.ledger_account = 'suspense'
          union all
          select id, 0, amount_minor from refund where origin = 'gateway' and decided_at is null and state = 'succeeded'
        ) movement group by refund_id having sum(booked) <> sum(unexplained)`,
  );
  return {
    invariant: 1,
    promise: 'what refunds hold in suspense is what was made at the gateway and nobody has explained yet',
    looked: await count(db, 'refund'),
    broken,
  };
}

async function linesMakeUpRefunds(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select refund.id, refund.amount_minor, coalesce(sum(line.amount_minor), 0) as lines_minor
          from refund left join refund_line line on line.refund_id = refund.id
          group by refund.id, refund.amount_minor, refund.origin, refund.decided_at
          having coalesce(sum(line.amount_minor), 0) <> case
            when refund.origin = 'gateway' and refund.decided_at is null then 0 else refund.amount_minor end`,
  );
  return {
    invariant: 5,
    promise: 'every refund is of documents that make up its sum, or waits for somebody to say of which',
    looked: await count(db, 'refund'),
    broken,
  };
}

async function linesTakeBackWhatWasSettled(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select line.refund_id, line.payable_id, line.amount_minor, taken.amount_minor as taken_minor,
            coalesce(sum(restored.amount_minor), 0) as restored_minor
          from refund_line line join refund on refund.id = line.refund_id
          left join allocation taken on taken.id = line.allocation_id
          left join allocation restored on restored.reverses = line.allocation_id
          where line.outcome <> 'deposit'
          group by line.refund_id, line.payable_id, line.amount_minor, taken.amount_minor, refund.state, refund.settled_at
          having coalesce(taken.amount_minor, 0) <> case when refund.settled_at is null then 0 else -line.amount_minor end
            or coalesce(sum(restored.amount_minor), 0) <> case
              when refund.settled_at is null or refund.state = 'succeeded' then 0 else line.amount_minor end`,
  );
  return {
    invariant: 5,
    promise: 'what a refund gave back of a claim is taken off what was settled, and put back where it came back',
    looked: await count(db, 'refund_line'),
    broken,
  };
}

async function refundsFitPayments(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment_id, null as payable_id, amount_minor as paid_minor, refunded_minor from (
          select payment.id as payment_id, payment.amount_minor, (
              select sum(refund.amount_minor) from refund where refund.payment_id = payment.id and ${isGone}
            ) as refunded_minor from payment where payment.id in (select payment_id from refund)
        ) given where refunded_minor > amount_minor
        union all
        select refund.payment_id, line.payable_id, (
            select coalesce(sum(a.amount_minor), 0) from allocation a where a.payment_id = refund.payment_id and a.payable_id = line.payable_id
          ), sum(line.amount_minor)
          from refund_line line join refund on refund.id = line.refund_id and refund.payment_id is not null
          where ${isGone} and line.outcome = 'deposit'
          group by refund.payment_id, line.payable_id
          having sum(line.amount_minor) > (
            select coalesce(sum(a.amount_minor), 0) from allocation a where a.payment_id = refund.payment_id and a.payable_id = line.payable_id)`,
  );
  return {
    invariant: 5,
    promise: 'no more goes back to a card than it paid, in all and into each deposit',
    looked: await count(db, 'refund'),
    broken,
  };
}

/** Refunds of before receipts were numbered have none. */
async function refundsHaveReceipts(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select null as refund_id, number, 'a gap before it' as fault from (
          select number, lag(number) over (order by number) as before from refund_receipt
        ) numbered where before is not null and number <> before + 1
        union all
        select refund.id, receipt.number, 'a receipt of what was never given back' from refund_receipt receipt
          join refund on refund.id = receipt.refund_id where refund.settled_at is null
        union all
        select refund.id, null, 'given back without a receipt' from refund
          left join refund_receipt receipt on receipt.refund_id = refund.id
          where refund.state = 'succeeded' and receipt.id is null and exists (
            select 1 from refund_line line where line.refund_id = refund.id)
            and refund.settled_at >= coalesce((select min(issued_at) from refund_receipt), 'z')`,
  );
  return {
    invariant: 7,
    promise: 'refund receipts are numbered without gaps, and every refund that was made has one',
    looked: await count(db, 'refund_receipt'),
    broken,
  };
}
