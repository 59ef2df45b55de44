import { type Actor, recordAudit } from '../audit/record.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import { readDepositBalance } from '../payables/deposit-balance.store.ts';
import { refuseWhileLeased } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { readReason } from '../payables/reason.ts';
import { recordedLeftOfDeposit } from '../payables/recorded-left.store.ts';
import { type AllocationToReverse, reverseAllocation } from '../payables/reverse-allocation.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Payment } from './payment.ts';
import { METHODS } from './payment-words.ts';
import { movePayment, partsOf, readPayment } from './payments.store.ts';

type Parts = { db: Db; clock: Clock };

/**
 * Takes a payment that was recorded by mistake back, by entries of the opposite sign: what it settled is owed again, its
 * receipt stays and is marked. Of two who press at once one is first.
 * Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-recorded`, `already-reversed`, `deposit-used`,
 * `partly-taken-back`, `being-paid` (409).
 */
export async function reversePayment(
  parts: Parts,
  order: { paymentId: string; reason: string; actor: Actor & { id: string } },
): Promise<void> {
  const { db, clock } = parts;
  const { actor } = order;
  const reason = readReason(order.reason);
  await db.tx(async () => {
    const payables = await lockPayables(
      db,
      (await partsOf(db, order.paymentId)).map((part) => part.payableId),
    );
    const payment = await readPayment(db, order.paymentId);
    if (payment.method === 'card') throw notRecorded();
    const moved = await movePayment(db, payment.id, 'reversed', {
      reversed_at: nowIso(clock),
      reversed_by: actor.id,
      reverse_reason: reason,
    });
    if (!moved) throw alreadyReversed();
    await refuseRefunded(db, payment.id);
    const payableIds = payables.map((payable) => payable.id);
    await refuseWhileLeased(db, payableIds);

    const lines: JournalLine[] = [];
    for (const payable of payables) {
      const allocation = await allocationOf(db, payment, payable);
      await refuseUsedDeposit(db, payable, allocation.amountMinor);
      await reverseAllocation(parts, payable, { ...allocation, createdBy: actor.id });
      lines.push({
        ledgerAccount: payable.kind === 'invoice' ? 'receivables' : 'customer-deposits',
        currency: payment.currency,
        amountMinor: allocation.amountMinor,
      });
    }
    await postJournal(parts, {
      kind: 'payment-reversed',
      subjectKind: 'payment',
      subjectId: payment.id,
      memo: `${METHODS[payment.method]} reversed: ${reason}`,
      lines: [
        ...lines,
        { ledgerAccount: 'undeposited-funds', currency: payment.currency, amountMinor: -payment.amountMinor },
      ],
    });
    await reopenClosedLinks(parts, { payableIds, actor });
    await recordAudit(parts, {
      actor,
      action: 'payment.reversed',
      subjectKind: 'payment',
      subjectId: payment.id,
      detail: { reason, amountMinor: payment.amountMinor, currency: payment.currency },
    });
  });
}

/** Errors: `partly-taken-back` (409), also where a refund only waits. */
async function refuseRefunded(db: Db, paymentId: string): Promise<void> {
  const refund = await db.q
    .selectFrom('refund')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('state', 'in', ['waiting', 'reserved', 'sent', 'pending', 'succeeded'])
    .executeTakeFirst();
  if (refund) throw partlyTakenBack();
}

/** What the payment settled of this payable; refused when part of that was taken back in another way. */
async function allocationOf(db: Db, payment: Payment, payable: Payable): Promise<AllocationToReverse> {
  const rows = await db.q
    .selectFrom('allocation')
    .select(['id', 'amount_minor', 'reverses'])
    .where('payment_id', '=', payment.id)
    .where('payable_id', '=', payable.id)
    .execute();
  const [given] = rows.filter((row) => row.reverses === null);
  if (!given) throw new Error(`payment ${payment.id} settled nothing of ${payable.number}`);
  if (rows.length > 1) throw partlyTakenBack();
  return { id: given.id, paymentId: payment.id, amountMinor: given.amount_minor };
}

/** Errors: `deposit-used` (409): money of a deposit that went on to an invoice, or back to the customer, is not there to be taken back. */
async function refuseUsedDeposit(db: Db, { id, kind, number }: Payable, amountMinor: number): Promise<void> {
  if (kind !== 'deposit') return;
  const { leftMinor } = await readDepositBalance(db, id);
  // What is left may be a card's money, while this went back by hand.
  if (Math.min(leftMinor, await recordedLeftOfDeposit(db, id)) >= amountMinor) return;
  throw new Refusal(
    'deposit-used',
    409,
    `Deposit ${number} has been applied or refunded meanwhile. Take that back first, then reverse this payment.`,
  );
}

function notRecorded(): Refusal {
  return new Refusal('not-recorded', 409, 'A card payment is not reversed but refunded: the money is at the gateway.');
}

function partlyTakenBack(): Refusal {
  return new Refusal(
    'partly-taken-back',
    409,
    'Part of this payment has been refunded already, so it can no longer be reversed. Refund the rest instead.',
  );
}

function alreadyReversed(): Refusal {
  return new Refusal('already-reversed', 409, 'This payment has been reversed in the meantime.');
}
