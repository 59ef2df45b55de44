import type { Payable } from '../payables/payable.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';

/** The payment that is live on one of a link's payables, whoever started it. */
export interface LivePayment {
  id: string;
  state: PaymentState;
  linkId: string | undefined;
  inFlightSince: string | undefined;
  submissionId: string | undefined;
}

const liveOnLink = prepared((read, given: { linkId: string }) =>
  read
    .selectFrom('link_payable')
    .innerJoin('lease', 'lease.payable_id', 'link_payable.payable_id')
    .innerJoin('payment', 'payment.id', 'lease.payment_id')
    .leftJoin('attempt', 'attempt.id', 'payment.attempt_id')
    .select(['payment.id', 'payment.state', 'payment.link_id', 'payment.in_flight_since', 'attempt.submission_id'])
    .where('link_payable.link_id', '=', given.linkId),
);

/** Undefined where no payment holds a lease on what the link is for. */
export async function livePaymentOn(db: Db, linkId: string): Promise<LivePayment | undefined> {
  const [row] = await liveOnLink(db, { linkId });
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

const documentsOfLink = prepared((read, given: { linkId: string }) =>
  read
    .selectFrom('link_payable')
    .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
    .leftJoin('invoice', 'invoice.payable_id', 'link_payable.payable_id')
    .leftJoin('deposit', 'deposit.payable_id', 'link_payable.payable_id')
    .select((eb) => [
      'link_payable.payable_id',
      'payable.due_on',
      'invoice.issued_on',
      eb.fn.coalesce('invoice.order_reference', 'deposit.order_reference').as('order_reference'),
      eb.fn.coalesce('invoice.note', 'deposit.note').as('note'),
    ])
    .where('link_payable.link_id', '=', given.linkId),
);

const linesOfLink = prepared((read, given: { linkId: string }) =>
  read
    .selectFrom('link_payable')
    .innerJoin('invoice_line', 'invoice_line.payable_id', 'link_payable.payable_id')
    .select([
      'invoice_line.payable_id',
      'invoice_line.description',
      'invoice_line.quantity',
      'invoice_line.amount_minor',
    ])
    .where('link_payable.link_id', '=', given.linkId)
    .orderBy('invoice_line.position'),
);

/** The documents that a link asks to be paid, with their lines, in its order. */
export async function readDocuments(
  db: Db,
  { link, payables }: { link: { id: string }; payables: readonly Payable[] },
): Promise<Document[]> {
  const documents = await documentsOfLink(db, { linkId: link.id });
  const lines = await linesOfLink(db, { linkId: link.id });
  return payables.map((payable) => {
    const document = documents.find((one) => one.payable_id === payable.id);
    return {
      payable,
      dueOn: document?.due_on ?? undefined,
      issuedOn: document?.issued_on ?? undefined,
      orderReference: document?.order_reference ?? '',
      note: document?.note ?? '',
      lines: lines
        .filter((line) => line.payable_id === payable.id)
        .map((line) => ({ description: line.description, quantity: line.quantity, amountMinor: line.amount_minor })),
    };
  });
}

/** Those of which something is due: what was paid elsewhere is asked for no more. All of them when nothing is due. */
export function openDocuments(documents: Document[]): Document[] {
  const open = documents.filter(({ payable }) => payable.dueMinor > 0);
  return open.length > 0 ? open : documents;
}
