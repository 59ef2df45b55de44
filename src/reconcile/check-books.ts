import { sql } from 'kysely';
import { depositState } from '../payables/deposit-balance.ts';
import { stateAfterAllocation } from '../payables/payable.ts';
import { LIVE_STATES } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import type { ReceiptContent } from '../receipts/receipt.ts';
import { count, NOTHING_TAKEN, rowsOf, takenOfDeposits } from './check.store.ts';
import type { CheckResult } from './check.ts';
import { checkCards } from './check-cards.ts';
import { checkClaims } from './check-claims.ts';
import { checkClearing } from './check-clearing.ts';
import { checkCreditNotes } from './check-credit-notes.ts';
import { checkDeposits } from './check-deposits.ts';
import { checkDisputes } from './check-disputes.ts';
import { checkLedger } from './check-ledger.ts';
import { checkPayouts } from './check-payouts.ts';
import { checkRecorded } from './check-recorded.ts';
import { checkRefunds } from './check-refunds.ts';

/** Holds our own books against what must always be true; reads only. */
export async function checkBooks(db: Db): Promise<CheckResult[]> {
  const results = [
    await entriesBalance(db),
    await checkClearing(db),
    await livePaymentsHoldLeases(db),
    await allocationsFit(db),
    await everyPaymentIsAllocated(db),
    await everyPaymentHasAReceipt(db),
    await paidWhatWasAgreed(db),
    await receiptNumbersHaveNoGaps(db),
    await lettersAreAccountedFor(db),
    ...(await checkDeposits(db)),
    ...(await checkDisputes(db)),
    ...(await checkRecorded(db)),
    ...(await checkClaims(db)),
    ...(await checkCreditNotes(db)),
    ...(await checkRefunds(db)),
    ...(await checkCards(db)),
    ...(await checkLedger(db)),
    ...(await checkPayouts(db)),
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
    sql`select payable.id, payable.number, payable.kind, payable.state, payable.total_minor, coalesce(sum(allocation.amount_minor), 0) as paid_minor,
            coalesce(sum(case when allocation.source = 'credit-note' then allocation.amount_minor else 0 end), 0) as credited_minor
          from payable left join allocation on allocation.payable_id = payable.id
          where payable.state <> 'void'
          group by payable.id, payable.number, payable.kind, payable.state, payable.total_minor`,
  );
  const used = await takenOfDeposits(db);
  const broken = odd.filter((row) => {
    const [totalMinor, paidMinor] = [Number(row.total_minor), Number(row.paid_minor)];
    const creditedMinor = Number(row.credited_minor);
    const state =
      row.kind === 'deposit'
        ? depositState(totalMinor, { paidMinor, ...(used.get(row.id as string) ?? NOTHING_TAKEN) })
        : stateAfterAllocation('invoice', { totalMinor, paidMinor, creditedMinor });
    return paidMinor > totalMinor || paidMinor < 0 || row.state !== state;
  });
  return {
    invariant: 2,
    promise: 'nothing is settled beyond its total, and states follow from the sums',
    looked: odd.length,
    broken,
  };
}

async function everyPaymentIsAllocated(db: Db): Promise<CheckResult> {
  const broken = await rowsOf(
    db,
    sql`select id, sum(paid) as paid_minor, sum(allocated) as allocated_minor, sum(refunded) as refunded_minor from (
          select id, amount_minor as paid, 0 as allocated, 0 as refunded from payment where state = 'paid'
          union all
          select payment.id, 0, allocation.amount_minor, 0 from allocation
            join payment on payment.id = allocation.payment_id and payment.state = 'paid'
          union all
          select refund.payment_id, 0, 0, line.amount_minor from refund_line line
            join refund on refund.id = line.refund_id and refund.state = 'succeeded'
            join payment on payment.id = refund.payment_id and payment.state = 'paid'
            where line.outcome <> 'deposit'
          union all
          select dispute.payment_id, 0, 0, part.amount_minor from dispute_part part
            join dispute on dispute.id = part.dispute_id and dispute.decision is not null
            join payment on payment.id = dispute.payment_id and payment.state = 'paid'
            join payable on payable.id = part.payable_id and payable.kind = 'invoice'
        ) movement group by id having sum(paid) <> sum(allocated) + sum(refunded)`,
  );
  return {
    invariant: 2,
    promise: 'every paid sum has a home, or was given back of what it had settled',
    looked: await count(db, 'payment'),
    broken,
  };
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
