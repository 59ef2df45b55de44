import { CREDIT_REASONS, isCreditReason } from '../invoices/credit-note.ts';
import type { Db } from '../platform/database/database.ts';
import type { RefundTable } from '../platform/database/tables.ts';

/** What happened to the payment of a receipt beyond what the receipt says. */
export interface Aftermath {
  /** Who keyed the card or recorded the money; undefined for a payer. */
  keyedBy: string | undefined;
  paidAt: string;
  chargeRef: string | undefined;
  /** Newest first, at most 50. */
  refunds: Array<{
    id: string;
    state: RefundTable['state'];
    amountMinor: number;
    reason: string;
    at: string;
  }>;
}

/** Errors: a payment that does not exist, which the database rules out. */
export async function aftermathOf(db: Db, paymentId: string): Promise<Aftermath> {
  const payment = await db.read
    .selectFrom('payment')
    .leftJoin('person', 'person.id', 'payment.created_by')
    .select(['payment.paid_at', 'payment.created_at', 'payment.charge_ref', 'person.name'])
    .where('payment.id', '=', paymentId)
    .executeTakeFirstOrThrow();
  const refunds = await db.read
    .selectFrom('refund')
    .select(['id', 'state', 'amount_minor', 'reason_kind', 'reason', 'created_at', 'settled_at'])
    .where('payment_id', '=', paymentId)
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  return {
    keyedBy: payment.name ?? undefined,
    paidAt: payment.paid_at ?? payment.created_at,
    chargeRef: payment.charge_ref ?? undefined,
    refunds: refunds.map((row) => ({
      id: row.id,
      state: row.state,
      amountMinor: row.amount_minor,
      reason: [isCreditReason(row.reason_kind) && CREDIT_REASONS[row.reason_kind], row.reason]
        .filter(Boolean)
        .join(': '),
      at: row.settled_at ?? row.created_at,
    })),
  };
}
