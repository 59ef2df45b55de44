import type { CreditNote } from '../invoices/credit-note.ts';
import { creditNotesOfRefund } from '../invoices/credit-notes.store.ts';
import { type TransactionLine, transactionsOf } from '../ledger/transactions.store.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import type { Refund } from './refund.ts';
import type { RefundReceipt } from './refund-receipt.ts';
import { findRefundReceipt } from './refund-receipts.store.ts';
import { readRefund } from './refunds.store.ts';

/** Everything that is known of one refund. */
export interface RefundInFull {
  refund: Refund;
  customer: { id: string; number: string; name: string };
  account: { id: string; name: string } | undefined;
  card: { brand: string; last4: string } | undefined;
  paymentReceipt: { id: string; number: string } | undefined;
  receipt: RefundReceipt | undefined;
  documents: Payable[];
  creditNotes: CreditNote[];
  orderedBy: string | undefined;
  decidedBy: string | undefined;
  journal: TransactionLine[];
  cases: Array<{ id: string; summary: string; open: boolean }>;
}

/** Errors: 404 when there is none of that id. */
export async function readRefundInFull(db: Db, id: string): Promise<RefundInFull> {
  const refund = await readRefund(db, id);
  const [customer, account, payment, orderedBy, decidedBy, receipt, documents, creditNotes, journal, cases] =
    await Promise.all([
      db.read
        .selectFrom('customer')
        .select(['id', 'number', 'name'])
        .where('id', '=', refund.customerId)
        .executeTakeFirstOrThrow(),
      db.read
        .selectFrom('account')
        .select(['id', 'name'])
        .where('id', '=', refund.accountId ?? '')
        .executeTakeFirst(),
      db.read
        .selectFrom('payment')
        .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
        .select(['payment.card_brand', 'payment.card_last4', 'receipt.id as receipt_id', 'receipt.number'])
        .where('payment.id', '=', refund.paymentId ?? '')
        .executeTakeFirst(),
      nameOf(db, refund.createdBy),
      nameOf(db, refund.decision?.by),
      findRefundReceipt(db, { refundId: id }),
      readPayables(
        db,
        refund.lines.map((line) => line.payableId),
      ),
      creditNotesOfRefund(db, id),
      transactionsOf(db, id),
      db.read
        .selectFrom('case_file')
        .select(['id', 'summary', 'closed_at'])
        .where('subject_id', '=', id)
        .orderBy('id')
        .execute(),
    ]);
  return {
    refund,
    customer,
    account,
    card: payment?.card_brand ? { brand: payment.card_brand, last4: payment.card_last4 ?? '' } : undefined,
    paymentReceipt:
      payment?.receipt_id && payment.number
        ? { id: payment.receipt_id, number: receiptNumber(payment.number) }
        : undefined,
    receipt,
    documents,
    creditNotes,
    orderedBy,
    decidedBy,
    journal,
    cases: cases.map((one) => ({ id: one.id, summary: one.summary, open: one.closed_at === null })),
  };
}

async function nameOf(db: Db, personId: string | undefined): Promise<string | undefined> {
  if (!personId) return undefined;
  const row = await db.read.selectFrom('person').select('name').where('id', '=', personId).executeTakeFirst();
  return row?.name;
}
