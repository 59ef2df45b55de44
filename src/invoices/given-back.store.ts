import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { PaymentTable, RefundTable } from '../platform/database/tables.ts';
import type { CreditNote } from './credit-note.ts';
import { creditNotesOn } from './credit-notes.store.ts';

/** What went back of an invoice or lowered it, and what may. Sums in whole minor units of its currency. */
export interface GivenBack {
  refunds: Array<{ id: string; at: string; amountMinor: number; outcome: string; state: RefundTable['state'] }>;
  creditNotes: CreditNote[];
  /** Payments that settle part of it now. */
  refundable: Array<{ paymentId: string; method: PaymentTable['method']; paidAt: string; settledMinor: number }>;
}

const MOST = 50;

export async function givenBackOf(db: Db, invoiceId: string): Promise<GivenBack> {
  const [refunds, creditNotes, payments] = await Promise.all([
    db.read
      .selectFrom('refund_line')
      .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
      .select(['refund.id', 'refund.created_at', 'refund_line.amount_minor', 'refund_line.outcome', 'refund.state'])
      .where('refund_line.payable_id', '=', invoiceId)
      .orderBy('refund.id', 'desc')
      .limit(MOST)
      .execute(),
    creditNotesOn(db, invoiceId),
    db.read
      .selectFrom('allocation')
      .innerJoin('payment', 'payment.id', 'allocation.payment_id')
      .select(['payment.id', 'payment.method', 'payment.created_at'])
      .select(({ fn }) => fn.sum<number | string>('allocation.amount_minor').as('settled'))
      .where('allocation.payable_id', '=', invoiceId)
      // Kept from SQLite as a way to begin with all that was paid.
      .where(sql<boolean>`payment.state || '' = 'paid'`)
      .groupBy(['payment.id', 'payment.method', 'payment.created_at'])
      .having(({ fn }) => fn.sum('allocation.amount_minor'), '>', 0)
      .orderBy('payment.id', 'desc')
      .limit(MOST)
      .execute(),
  ]);
  return {
    refunds: refunds.map((row) => ({
      id: row.id,
      at: row.created_at,
      amountMinor: row.amount_minor,
      outcome: row.outcome,
      state: row.state,
    })),
    creditNotes,
    refundable: payments.map((row) => ({
      paymentId: row.id,
      method: row.method,
      paidAt: row.created_at,
      settledMinor: Number(row.settled),
    })),
  };
}
