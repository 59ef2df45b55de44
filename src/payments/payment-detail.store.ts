import type { Selectable } from 'kysely';
import { type TransactionLine, transactionsOf } from '../ledger/transactions.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { AttemptTable, CaseFileTable, PaymentTable, RefundTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';

export interface PaymentInFull {
  payment: Selectable<PaymentTable>;
  customer: { id: string; number: string; name: string };
  account: { id: string; name: string; livemode: boolean } | undefined;
  startedBy: string | undefined;
  reversedBy: string | undefined;
  /** Oldest first. */
  attempts: Array<Selectable<AttemptTable> & { clerk: string | null }>;
  /** What the payment was meant for, and how much of it was settled by it; beyond that stands in the receipt. */
  documents: Array<{
    id: string;
    kind: 'invoice' | 'deposit';
    number: string;
    meantMinor: number;
    settledMinor: number;
  }>;
  journal: TransactionLine[];
  receipt: { id: string; number: number } | undefined;
  /** What went back of it, or is on its way, or did not arrive; newest first. */
  refunds: Array<Pick<Selectable<RefundTable>, 'id' | 'amount_minor' | 'state' | 'created_at' | 'failure'>>;
  cases: Array<Pick<Selectable<CaseFileTable>, 'id' | 'summary' | 'opened_at' | 'closed_at'>>;
}

/** Everything that is known of one payment. Errors: 404 when there is none of that id. */
export async function readPaymentInFull(db: Db, id: string): Promise<PaymentInFull> {
  const payment = await db.read.selectFrom('payment').selectAll().where('id', '=', id).executeTakeFirst();
  if (!payment) throw notFound('payment');
  const [customer, account, person, reverser, attempts, documents, journal, receipt, cases, refunds] =
    await Promise.all([
      db.read
        .selectFrom('customer')
        .select(['id', 'number', 'name'])
        .where('id', '=', payment.customer_id)
        .executeTakeFirstOrThrow(),
      db.read
        .selectFrom('account')
        .select(['id', 'name', 'livemode'])
        .where('id', '=', payment.account_id ?? '')
        .executeTakeFirst(),
      db.read
        .selectFrom('person')
        .select('name')
        .where('id', '=', payment.created_by ?? '')
        .executeTakeFirst(),
      db.read
        .selectFrom('person')
        .select('name')
        .where('id', '=', payment.reversed_by ?? '')
        .executeTakeFirst(),
      db.read
        .selectFrom('attempt')
        .leftJoin('person', 'person.id', 'attempt.started_by')
        .selectAll('attempt')
        .select('person.name as clerk')
        .where('payment_id', '=', id)
        .orderBy('attempt.id')
        .limit(100)
        .execute(),
      documentsOf(db, id),
      transactionsOf(db, id),
      db.read.selectFrom('receipt').select(['id', 'number']).where('payment_id', '=', id).executeTakeFirst(),
      db.read
        .selectFrom('case_file')
        .select(['id', 'summary', 'opened_at', 'closed_at'])
        .where((where) =>
          where.or([
            where('subject_id', '=', id),
            where('subject_id', 'in', where.selectFrom('refund').select('id').where('payment_id', '=', id)),
          ]),
        )
        .orderBy('id')
        .execute(),
      db.read
        .selectFrom('refund')
        .select(['id', 'amount_minor', 'state', 'created_at', 'failure'])
        .where('payment_id', '=', id)
        .orderBy('id', 'desc')
        .limit(100)
        .execute(),
    ]);
  return {
    payment,
    customer,
    account: account && { id: account.id, name: account.name, livemode: account.livemode === 1 },
    startedBy: person?.name,
    reversedBy: reverser?.name,
    attempts,
    documents,
    journal,
    receipt,
    cases,
    refunds,
  };
}

async function documentsOf(db: Db, paymentId: string): Promise<PaymentInFull['documents']> {
  const rows = await db.read
    .selectFrom('payment_payable')
    .innerJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .select(['payable.id', 'payable.kind', 'payable.number', 'payment_payable.amount_minor'])
    .select(({ selectFrom }) =>
      selectFrom('allocation')
        .select(({ fn }) => fn.sum<number>('allocation.amount_minor').as('sum'))
        .whereRef('allocation.payable_id', '=', 'payable.id')
        .where('allocation.payment_id', '=', paymentId)
        .as('settled'),
    )
    .where('payment_payable.payment_id', '=', paymentId)
    .orderBy('payable.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    number: row.number,
    meantMinor: row.amount_minor,
    settledMinor: Number(row.settled ?? 0),
  }));
}
