import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { LinkTable } from '../platform/database/tables.ts';

/** How many of each a page about one thing shows before it says "show all". */
export const SHOWN = 5;

/** Whose links and payments: all of a customer, or those for one payable. */
export type Whose = { customerId: string } | { payableId: string };

export interface LinkShown {
  id: string;
  createdAt: string;
  expiresAt: string;
  endedAs: 'used' | 'closed' | 'revoked' | 'replaced' | null;
  kind: 'pay' | 'save_card';
  terms: LinkTable['terms'];
  /** How many invoices and deposits it is for. */
  documents: number;
  /** What is due on all it is for: whole minor units of its currency. */
  dueMinor: number;
}

const dueMinorOfLink = sql<number>`(
  select coalesce(sum(case when p.state = 'void' then 0 else p.total_minor - (
    select coalesce(sum(a.amount_minor), 0) from allocation a where a.payable_id = p.id) end), 0)
  from link_payable lp join payable p on p.id = lp.payable_id where lp.link_id = link.id)`;

const documentsOfLink = sql<number>`(select count(*) from link_payable lp where lp.link_id = link.id)`;

/** The newest payment links, one more than are shown so that one knows if there are more. */
export async function recentLinks(db: Db, whose: Whose): Promise<LinkShown[]> {
  let query = db.read
    .selectFrom('link')
    .select(['link.id', 'link.kind', 'link.terms', 'link.created_at', 'link.expires_at', 'link.ended_as'])
    .select(documentsOfLink.as('documents'))
    .select(dueMinorOfLink.as('due_minor'));
  if ('customerId' in whose) query = query.where('link.customer_id', '=', whose.customerId);
  else {
    query = query.where('link.id', 'in', (eb) =>
      eb.selectFrom('link_payable').select('link_id').where('payable_id', '=', whose.payableId),
    );
  }
  const rows = await query
    .orderBy('link.id', 'desc')
    .limit(SHOWN + 1)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    terms: row.terms,
    documents: Number(row.documents),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endedAs: row.ended_as,
    dueMinor: row.due_minor,
  }));
}

export interface PaymentShown {
  id: string;
  method: 'card' | 'cash' | 'cheque' | 'transfer';
  currency: string;
  amountMinor: number;
  /** What of it is meant for the document that is looked at; all of it on the page of a customer. */
  partMinor: number;
  /** What of it has been given back. */
  refundedMinor: number;
  state: string;
  /** The state of the newest dispute of it, if there was any. */
  dispute: string | undefined;
  createdAt: string;
  receiptId: string | null;
  receiptNumber: number | null;
}

const refundedOfPayment = sql<number>`(select coalesce(sum(r.amount_minor), 0) from refund r where r.payment_id = payment.id and r.state = 'succeeded')`;

const disputeOfPayment = sql<string | null>`(select d.state from dispute d where d.payment_id = payment.id
  order by d.id desc limit 1)`;

const partOf = (payableId: string) =>
  sql<number>`(select part.amount_minor from payment_payable part
    where part.payment_id = payment.id and part.payable_id = ${payableId})`;

/** The newest payments with their receipts, one more than are shown. */
export async function recentPayments(db: Db, whose: Whose): Promise<PaymentShown[]> {
  let query = db.read
    .selectFrom('payment')
    .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
    .select([
      'payment.id',
      'payment.method',
      'payment.currency',
      'payment.amount_minor',
      'payment.state',
      'payment.created_at',
      'receipt.id as receipt_id',
      'receipt.number as receipt_number',
    ])
    .select(refundedOfPayment.as('refunded_minor'))
    .select(disputeOfPayment.as('dispute'))
    .select(('payableId' in whose ? partOf(whose.payableId) : sql<number>`payment.amount_minor`).as('part_minor'));
  if ('customerId' in whose) query = query.where('payment.customer_id', '=', whose.customerId);
  else {
    query = query.where('payment.id', 'in', (eb) =>
      eb.selectFrom('payment_payable').select('payment_id').where('payable_id', '=', whose.payableId),
    );
  }
  const rows = await query
    .orderBy('payment.id', 'desc')
    .limit(SHOWN + 1)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    method: row.method,
    currency: row.currency,
    amountMinor: row.amount_minor,
    partMinor: row.part_minor,
    refundedMinor: Number(row.refunded_minor),
    state: row.state,
    dispute: row.dispute ?? undefined,
    createdAt: row.created_at,
    receiptId: row.receipt_id,
    receiptNumber: row.receipt_number,
  }));
}

export interface ClaimShown {
  id: string;
  number: string;
  currency: string;
  totalMinor: number;
  state: string;
  dueOn: string | null;
}

/** A customer's newest invoices or deposits, one more than are shown. */
export async function recentClaims(db: Db, customerId: string, kind: 'invoice' | 'deposit'): Promise<ClaimShown[]> {
  const rows = await db.read
    .selectFrom('payable')
    .select(['id', 'number', 'currency', 'total_minor', 'state', 'due_on'])
    .where('customer_id', '=', customerId)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(SHOWN + 1)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    currency: row.currency,
    totalMinor: row.total_minor,
    state: row.state,
    dueOn: row.due_on,
  }));
}
