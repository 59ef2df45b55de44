import { sql } from 'kysely';
import { depositBalance, depositState } from '../payables/deposit-balance.ts';
import { stateAfterAllocation } from '../payables/payable.ts';
import { LIVE_STATES } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import type { ReceiptContent } from '../receipts/receipt.ts';
import { count, rowsOf } from './check.store.ts';
import type { CheckResult } from './check.ts';
import { checkCards } from './check-cards.ts';
import { checkClaims } from './check-claims.ts';
import { checkRecorded } from './check-recorded.ts';

/** Holds our own books against what must always be true; reads only. */
export async function checkBooks(db: Db): Promise<CheckResult[]> {
  const results = [
    await entriesBalance(db),
    await clearingEqualsPayments(db),
    await depositsAreOwed(db),
    await livePaymentsHoldLeases(db),
    await allocationsFit(db),
    await everyPaymentIsAllocated(db),
    await depositsAreNotUsedTwice(db),
    await refundsFitPayments(db),
    await everyPaymentHasAReceipt(db),
    await paidWhatWasAgreed(db),
    await receiptNumbersHaveNoGaps(db),
    await lettersAreAccountedFor(db),
    ...(await checkRecorded(db)),
    ...(await checkClaims(db)),
    ...(await checkCards(db)),
  ];
  return results.toSorted((a, b) => a.invariant - b.invariant);
}

async function entriesBalance(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select entry_id, currency, sum(amount_minor) as off_by from journal_line group by entry_id, currency having sum(amount_minor) <> 0`,
  );
  return {
    invariant: 1,
    promise: 'every journal entry sums to zero',
    looked: await count(db, 'journal_entry'),
    broken,
  };
}

async function clearingEqualsPayments(db: Db): Promise<CheckResult> {
  const sums = await rowsOf(
    db,
    sql`select account_id, currency, sum(booked) as booked_minor, sum(paid) as paid_minor from (
          select account_id, currency, amount_minor as booked, 0 as paid from journal_line where ledger_account = 'gateway-clearing'
          union all
          select account_id, currency, 0, amount_minor from payment where method = 'card' and state = 'paid'
          union all
          select account_id, currency, 0, -amount_minor from refund where method = 'card' and state = 'succeeded'
        ) movement group by account_id, currency`,
  );
  const broken = sums.filter((row) => Number(row.booked_minor) !== Number(row.paid_minor));
  return {
    invariant: 1,
    promise: 'gateway clearing equals what was captured less what was refunded, per account and currency',
    looked: sums.length,
    broken,
  };
}

async function livePaymentsHoldLeases(db: Db): Promise<CheckResult> {
  const live = sql.join(LIVE_STATES);
  const broken = await rowsOf(
    db,
    sql`select part.payment_id, part.payable_id, 'live without a lease' as fault
          from payment_payable part join payment on payment.id = part.payment_id
          left join lease on lease.payable_id = part.payable_id and lease.payment_id = part.payment_id
          where payment.state in (${live}) and lease.payment_id is null
        union all
        select lease.payment_id, lease.payable_id, 'a lease of a payment that is not live'
          from lease join payment on payment.id = lease.payment_id where payment.state not in (${live})`,
  );
  return {
    invariant: 2,
    promise: 'at most one live payment per payable, and it holds the lease',
    looked: await count(db, 'lease'),
    broken,
  };
}

async function allocationsFit(db: Db): Promise<CheckResult> {
  const odd = await rowsOf(
    db,
    sql`select payable.id, payable.number, payable.kind, payable.state, payable.total_minor, coalesce(sum(allocation.amount_minor), 0) as paid_minor
          from payable left join allocation on allocation.payable_id = payable.id
          where payable.state <> 'void'
          group by payable.id, payable.number, payable.kind, payable.state, payable.total_minor`,
  );
  const used = await usedOfDeposits(db);
  const broken = odd.filter((row) => {
    const [totalMinor, paidMinor] = [Number(row.total_minor), Number(row.paid_minor)];
    const state =
      row.kind === 'deposit'
        ? depositState(totalMinor, { paidMinor, ...(used.get(row.id as string) ?? UNUSED) })
        : stateAfterAllocation('invoice', totalMinor, paidMinor);
    return paidMinor > totalMinor || paidMinor < 0 || row.state !== state;
  });
  return {
    invariant: 2,
    promise: 'nothing is settled beyond its total, and states follow from the sums',
    looked: odd.length,
    broken,
  };
}

const UNUSED = { appliedMinor: 0, refundedMinor: 0, refundingMinor: 0 };

/** What was taken out of each deposit of which something was. */
async function usedOfDeposits(db: Db): Promise<Map<string, typeof UNUSED>> {
  const rows = await rowsOf(
    db,
    sql`select id, sum(applied) as applied, sum(refunded) as refunded, sum(refunding) as refunding from (
          select deposit_id as id, amount_minor as applied, 0 as refunded, 0 as refunding from allocation where deposit_id is not null
          union all
          select payable_id, 0, case when state = 'succeeded' then amount_minor else 0 end, case when state = 'succeeded' then 0 else amount_minor end
            from refund where payable_id is not null and state not in ('failed', 'cancelled')
        ) taken group by id`,
  );
  return new Map(
    rows.map((row) => [
      row.id as string,
      {
        appliedMinor: Number(row.applied),
        refundedMinor: Number(row.refunded),
        refundingMinor: Number(row.refunding),
      },
    ]),
  );
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
          select refund.currency, 0, -refund.amount_minor from refund join payable on payable.id = refund.payable_id where payable.kind = 'deposit' and refund.state = 'succeeded'
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
  const used = await usedOfDeposits(db);
  const paid = await rowsOf(
    db,
    sql`select payable.id, payable.number, coalesce(sum(allocation.amount_minor), 0) as paid_minor
          from payable left join allocation on allocation.payable_id = payable.id
          where payable.kind = 'deposit' group by payable.id, payable.number`,
  );
  const broken = paid.filter((row) => {
    const sums = used.get(row.id as string) ?? UNUSED;
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

async function refundsFitPayments(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select refund.payment_id, refund.payable_id, sum(refund.amount_minor) as refunded_minor, (
            select coalesce(sum(a.amount_minor), 0) from allocation a where a.payment_id = refund.payment_id and a.payable_id = refund.payable_id
          ) as paid_minor
          from refund where refund.payment_id is not null and refund.payable_id is not null and refund.state not in ('failed', 'cancelled')
          group by refund.payment_id, refund.payable_id
          having sum(refund.amount_minor) > (
            select coalesce(sum(a.amount_minor), 0) from allocation a where a.payment_id = refund.payment_id and a.payable_id = refund.payable_id)`,
  );
  return {
    invariant: 5,
    promise: 'no more goes back to a card than it paid into the deposit',
    looked: await count(db, 'refund'),
    broken,
  };
}

async function everyPaymentIsAllocated(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment.id, payment.amount_minor, coalesce(sum(allocation.amount_minor), 0) as allocated_minor
          from payment left join allocation on allocation.payment_id = payment.id
          where payment.state = 'paid' group by payment.id, payment.amount_minor
          having coalesce(sum(allocation.amount_minor), 0) <> payment.amount_minor`,
  );
  return { invariant: 2, promise: 'every paid sum has a home', looked: await count(db, 'payment'), broken };
}

async function everyPaymentHasAReceipt(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment.id as payment_id, receipt.number, payment.amount_minor, receipt.amount_minor as receipt_minor
          from payment left join receipt on receipt.payment_id = payment.id
          where payment.state in ('paid', 'reversed') and (receipt.id is null or receipt.amount_minor <> payment.amount_minor or receipt.currency <> payment.currency)
        union all
        select payment.id, receipt.number, payment.amount_minor, receipt.amount_minor
          from receipt join payment on payment.id = receipt.payment_id where payment.state not in ('paid', 'reversed')`,
  );
  return {
    invariant: 3,
    promise: 'every payment that was paid has one receipt of the same sum, reversed or not, and no other has any',
    looked: await count(db, 'receipt'),
    broken,
  };
}

async function paidWhatWasAgreed(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select payment.id, payment.amount_minor, attempt.amount_minor as agreed_minor
          from payment join attempt on attempt.payment_id = payment.id and attempt.state = 'succeeded'
          where payment.state = 'paid' and attempt.amount_minor <> payment.amount_minor`,
  );
  return {
    invariant: 6,
    promise: 'what the payer saw is what the payer paid',
    looked: await count(db, 'payment'),
    broken,
  };
}

async function receiptNumbersHaveNoGaps(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select number from (
          select number, lag(number) over (order by number) as before from receipt
        ) numbered where before is not null and number <> before + 1`,
  );
  return {
    invariant: 7,
    promise: 'receipt numbers follow each other without gaps',
    looked: await count(db, 'receipt'),
    broken,
  };
}

async function lettersAreAccountedFor(db: Db): Promise<CheckResult> {
  const unsent = await rowsOf(
    db,
    // A recorded payment says to whom its receipt was to go; it may be nobody.
    sql`select receipt.number, receipt.payment_id, receipt.content, payment.payer_email from receipt
          join payment on payment.id = receipt.payment_id and (payment.method = 'card' or payment.payer_email is not null)
          left join letter on letter.letter_key = 'receipt-' || receipt.payment_id where letter.id is null`,
  );
  const forgotten = unsent
    .filter((row) => row.payer_email || (JSON.parse(String(row.content)) as ReceiptContent).customer.email.trim())
    .map(({ number, payment_id }) => ({ number, payment_id, fault: 'no letter' }));
  const failed = await rowsOf(
    db,
    sql`select letter.id, 'failed without a case' as fault from letter
          left join case_file on case_file.subject_id = letter.id where letter.state = 'failed' and case_file.id is null`,
  );
  return {
    invariant: 8,
    promise: 'every receipt that was to be sent has its letter, and a letter that failed has a case',
    looked: await count(db, 'letter'),
    broken: [...forgotten, ...failed],
  };
}
