import { type AuditLine, auditOf } from '../audit/audit.store.ts';
import { type TransactionLine, transactionsOf } from '../ledger/transactions.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { Dispute } from './dispute.ts';
import { readDispute } from './disputes.store.ts';

export interface DisputeInFull {
  dispute: Dispute;
  customer: { id: string; number: string; name: string } | undefined;
  account: { id: string; name: string; livemode: boolean };
  payment:
    | { id: string; amountMinor: number; currency: string; paidAt: string; brand: string; last4: string }
    | undefined;
  receipt: { id: string; number: number } | undefined;
  documents: Array<{ id: string; kind: 'invoice' | 'deposit'; number: string; amountMinor: number }>;
  /** Money that the bank took (less than nothing) and gave back. */
  movements: Array<{ at: string; ref: string; amountMinor: number }>;
  decidedBy: string | undefined;
  answeredBy: string | undefined;
  journal: TransactionLine[];
  history: AuditLine[];
  cases: Array<{ id: string; summary: string; owner: string | undefined; open: boolean }>;
  /** Refunds of the payment that wait until it is decided. */
  waitingRefunds: number;
}

/** Everything that is known of one dispute. Errors: 404 when there is none of that id. */
export async function readDisputeInFull(db: Db, id: string): Promise<DisputeInFull> {
  const dispute = await readDispute(db, id);
  const [row, customer, payment, receipt, documents, movements, journal, history, cases, waiting] = await Promise.all([
    db.read
      .selectFrom('dispute')
      .innerJoin('account', 'account.id', 'dispute.account_id')
      .leftJoin('person as decider', 'decider.id', 'dispute.decided_by')
      .leftJoin('person as answerer', 'answerer.id', 'dispute.answered_by')
      .select([
        'account.id',
        'account.name',
        'account.livemode',
        'decider.name as decider',
        'answerer.name as answerer',
      ])
      .where('dispute.id', '=', id)
      .executeTakeFirstOrThrow(),
    db.read
      .selectFrom('customer')
      .select(['id', 'number', 'name'])
      .where('id', '=', dispute.customerId ?? '')
      .executeTakeFirst(),
    db.read
      .selectFrom('payment')
      .select(['id', 'amount_minor', 'currency', 'paid_at', 'card_brand', 'card_last4'])
      .where('id', '=', dispute.paymentId ?? '')
      .executeTakeFirst(),
    db.read
      .selectFrom('receipt')
      .select(['id', 'number'])
      .where('payment_id', '=', dispute.paymentId ?? '')
      .executeTakeFirst(),
    documentsOf(db, id),
    db.read.selectFrom('dispute_movement').selectAll().where('dispute_id', '=', id).orderBy('id').execute(),
    transactionsOf(db, id),
    auditOf(db, id),
    casesOf(db, id),
    waitingRefunds(db, dispute.paymentId),
  ]);
  return {
    dispute,
    customer,
    account: { id: row.id, name: row.name, livemode: row.livemode === 1 },
    payment: payment && {
      id: payment.id,
      amountMinor: payment.amount_minor,
      currency: payment.currency,
      paidAt: payment.paid_at ?? '',
      brand: payment.card_brand ?? '',
      last4: payment.card_last4 ?? '',
    },
    receipt,
    documents,
    movements: movements.map((one) => ({ at: one.booked_at, ref: one.gateway_ref, amountMinor: one.amount_minor })),
    decidedBy: row.decider ?? undefined,
    answeredBy: row.answerer ?? undefined,
    ...{ journal, history, cases, waitingRefunds: waiting },
  };
}

async function documentsOf(db: Db, disputeId: string): Promise<DisputeInFull['documents']> {
  const rows = await db.read
    .selectFrom('dispute_part')
    .innerJoin('payable', 'payable.id', 'dispute_part.payable_id')
    .select(['payable.id', 'payable.kind', 'payable.number', 'dispute_part.amount_minor'])
    .where('dispute_part.dispute_id', '=', disputeId)
    .orderBy('payable.id')
    .execute();
  return rows.map((row) => ({ id: row.id, kind: row.kind, number: row.number, amountMinor: row.amount_minor }));
}

async function casesOf(db: Db, disputeId: string): Promise<DisputeInFull['cases']> {
  const rows = await db.read
    .selectFrom('case_file')
    .leftJoin('person', 'person.id', 'case_file.owner_id')
    .select(['case_file.id', 'case_file.summary', 'case_file.closed_at', 'person.name'])
    .where('case_file.subject_id', '=', disputeId)
    .orderBy('case_file.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    summary: row.summary,
    owner: row.name ?? undefined,
    open: row.closed_at === null,
  }));
}

async function waitingRefunds(db: Db, paymentId: string | undefined): Promise<number> {
  if (!paymentId) return 0;
  const row = await db.read
    .selectFrom('refund')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('payment_id', '=', paymentId)
    .where('state', '=', 'reserved')
    .executeTakeFirstOrThrow();
  return Number(row.waiting);
}
