import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { allocate } from '../payables/allocate.ts';
import { refuseWhileLeased } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addSearchWords } from '../platform/database/search-words.ts';
import { newId } from '../platform/ids.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { issueReceipt, type ReceiptParts } from '../receipts/issue-receipt.ts';
import { METHODS } from './payment-words.ts';
import { type RecordedPayment, recordedPaymentFaults, tidyRecordedPayment } from './recorded-payment.ts';

export interface PaymentToRecord extends RecordedPayment {
  /** The invoice or deposit that it is for, and the version of it that the person saw. */
  payableId: string;
  version: number;
  /** Made with the form: the same form sent twice is one payment. */
  submissionId: string;
  /** Whether the receipt goes to the customer's address, where there is one. */
  sendReceipt: boolean;
  actor: Actor & { id: string };
}

/**
 * Books cash, a cheque or a transfer that has come, in one transaction: payment, allocation, journal, receipt with its
 * letter, links, audit. Gives the payment's id, for a form sent again that of the first time.
 * Errors: 404; Refusal `fields-invalid` (422), also under `amount` when it is above the balance; `nothing-due`,
 * `balance-changed`, `being-paid` (409).
 */
export async function recordPayment(parts: ReceiptParts, order: PaymentToRecord): Promise<string> {
  const { db, clock } = parts;
  const payment = tidyRecordedPayment(order);
  return db.tx(async () => {
    const [payable] = await lockPayables(db, [order.payableId]);
    if (!payable) throw notFound('invoice or deposit');
    const twin = await findBySubmission(db, order.submissionId);
    if (twin) return twin;
    await refuseWhileLeased(db, [payable.id]);
    if (payable.dueMinor === 0) throw nothingDue(payable);
    const { timeZone } = await readCompany(db);
    const faults = recordedPaymentFaults(payment, { payable, today: dayInZone(nowIso(clock), timeZone) });
    if (Object.keys(faults).length > 0) throw refuseFields(faults);
    if (payable.version !== order.version) throw balanceChanged(payable);

    const payerEmail = order.sendReceipt ? await addressOf(db, payable.customerId) : undefined;
    const paymentId = await writePayment(parts, { payment, payable, payerEmail, order });
    await book(parts, { paymentId, payment, payable, payerEmail, actor: order.actor });
    return paymentId;
  });
}

async function findBySubmission(db: Db, submissionId: string): Promise<string | undefined> {
  const row = await db.q
    .selectFrom('payment')
    .select('id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirst();
  return row?.id;
}

async function addressOf(db: Db, customerId: string): Promise<string | undefined> {
  const row = await db.q.selectFrom('customer').select('email').where('id', '=', customerId).executeTakeFirst();
  return row?.email.trim() || undefined;
}

async function writePayment(
  { db, clock }: ReceiptParts,
  made: { payment: RecordedPayment; payable: Payable; payerEmail: string | undefined; order: PaymentToRecord },
): Promise<string> {
  const { payment, payable, order } = made;
  const id = newId('pay');
  await db.q
    .insertInto('payment')
    .values({
      id,
      method: payment.method,
      channel: 'office',
      customer_id: payable.customerId,
      currency: payable.currency,
      amount_minor: payment.amountMinor,
      state: 'paid',
      payer_email: made.payerEmail ?? null,
      created_by: order.actor.id,
      created_at: nowIso(clock),
      paid_at: nowIso(clock),
      looks: 0,
      submission_id: order.submissionId,
      received_on: payment.receivedOn,
      reference: payment.reference,
      note: payment.note,
    })
    .execute();
  await db.q
    .insertInto('payment_payable')
    .values({
      payment_id: id,
      payable_id: payable.id,
      amount_minor: payment.amountMinor,
      version: payable.version,
    })
    .execute();
  await addSearchWords(db, 'payment', [{ subjectId: id, texts: [payment.reference] }]);
  return id;
}

/** Everything that follows from the payment's row. */
async function book(
  parts: ReceiptParts,
  made: {
    paymentId: string;
    payment: RecordedPayment;
    payable: Payable;
    payerEmail: string | undefined;
    actor: Actor & { id: string };
  },
): Promise<void> {
  const { paymentId, payment, payable, actor } = made;
  const { currency } = payable;
  const { amountMinor } = payment;
  const after = await allocate(parts, payable, { paymentId, amountMinor, createdBy: actor.id });
  await postJournal(parts, {
    kind: 'payment-recorded',
    subjectKind: 'payment',
    subjectId: paymentId,
    memo: [METHODS[payment.method], payment.reference, `for ${payable.kind} ${payable.number}`]
      .filter(Boolean)
      .join(' '),
    lines: [
      { ledgerAccount: 'undeposited-funds', currency, amountMinor },
      {
        ledgerAccount: payable.kind === 'invoice' ? 'receivables' : 'customer-deposits',
        currency,
        amountMinor: -amountMinor,
      },
    ],
  });
  const receipt = await issueReceipt(parts, {
    paymentId,
    method: payment.method,
    channel: 'office',
    customerId: payable.customerId,
    accountId: undefined,
    currency,
    amountMinor,
    paidAt: payment.receivedOn,
    payerEmail: made.payerEmail,
    card: undefined,
    authorizationCode: undefined,
    gatewayRef: undefined,
    reference: payment.reference,
    lines: [
      {
        payableId: payable.id,
        kind: payable.kind,
        number: payable.number,
        totalMinor: payable.totalMinor,
        paidBeforeMinor: payable.paidMinor,
        paidNowMinor: amountMinor,
        stillDueMinor: after.dueMinor,
      },
    ],
    excessMinor: 0,
    createdBy: actor.id,
  });
  await endSettledLinks(parts, { payableIds: [payable.id], actor });
  await recordAudit(parts, {
    actor,
    action: 'payment.recorded',
    subjectKind: 'payment',
    subjectId: paymentId,
    detail: { method: payment.method, amountMinor, currency, payableId: payable.id, receipt: receipt.number },
  });
}

function nothingDue({ kind, number }: Payable): Refusal {
  return new Refusal('nothing-due', 409, `Nothing is due on ${kind} ${number} any more. Nothing was recorded.`);
}

function balanceChanged({ kind, number }: Payable): Refusal {
  return new Refusal(
    'balance-changed',
    409,
    `What is due on ${kind} ${number} has changed since you opened this page. Look whether this payment has been recorded already; if not, send again.`,
  );
}
