import type { Payable } from '../payables/payable.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';

/** The live payment that holds a lease on one of these payables, if there is one. */
export interface LivePayment {
  id: string;
  state: PaymentState;
  linkId: string | undefined;
  inFlightSince: string | undefined;
  submissionId: string | undefined;
}

export async function livePaymentOn(db: Db, payableIds: readonly string[]): Promise<LivePayment | undefined> {
  const row = await db.read
    .selectFrom('lease')
    .innerJoin('payment', 'payment.id', 'lease.payment_id')
    .leftJoin('attempt', 'attempt.id', 'payment.attempt_id')
    .select(['payment.id', 'payment.state', 'payment.link_id', 'payment.in_flight_since', 'attempt.submission_id'])
    .where('lease.payable_id', 'in', [...payableIds])
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      state: row.state,
      linkId: row.link_id ?? undefined,
      inFlightSince: row.in_flight_since ?? undefined,
      submissionId: row.submission_id ?? undefined,
    }
  );
}

/** The receipt of the payment that was made through this link, if there is one. */
export async function receiptIdOfLink(db: Db, linkId: string): Promise<string | undefined> {
  const row = await db.read
    .selectFrom('payment')
    .innerJoin('receipt', 'receipt.payment_id', 'payment.id')
    .select('receipt.id')
    .where('payment.link_id', '=', linkId)
    .where('payment.state', '=', 'paid')
    .orderBy('payment.id', 'desc')
    .executeTakeFirst();
  return row?.id;
}

/** One row of the document as the payer sees it, in minor units. */
export interface DocumentLine {
  description: string;
  quantity: string;
  amountMinor: number;
}

/** What the page says of each payable beside its sums. */
export interface Document {
  payable: Payable;
  dueOn: string | undefined;
  issuedOn: string | undefined;
  orderReference: string;
  note: string;
  lines: DocumentLine[];
}

/** The documents behind payables, with their lines, in the order given. */
export async function readDocuments(db: Db, payables: readonly Payable[]): Promise<Document[]> {
  const ids = payables.map((payable) => payable.id);
  if (ids.length === 0) return [];
  const [invoices, deposits, lines] = await Promise.all([
    db.read.selectFrom('invoice').selectAll().where('payable_id', 'in', ids).execute(),
    db.read.selectFrom('deposit').selectAll().where('payable_id', 'in', ids).execute(),
    db.read.selectFrom('invoice_line').selectAll().where('payable_id', 'in', ids).orderBy('position').execute(),
  ]);
  return payables.map((payable) => {
    const invoice = invoices.find((one) => one.payable_id === payable.id);
    const deposit = deposits.find((one) => one.payable_id === payable.id);
    return {
      payable,
      dueOn: invoice?.due_on,
      issuedOn: invoice?.issued_on,
      orderReference: invoice?.order_reference ?? deposit?.order_reference ?? '',
      note: invoice?.note ?? deposit?.note ?? '',
      lines: lines
        .filter((line) => line.payable_id === payable.id)
        .map((line) => ({ description: line.description, quantity: line.quantity, amountMinor: line.amount_minor })),
    };
  });
}
