import type { Db } from '../platform/database/database.ts';
import type { PaymentTable, RefundTable } from '../platform/database/tables.ts';

const MOST = 200;

/** What was paid into a deposit by one payment; less than nothing where it was taken back. */
export interface PaidIn {
  at: string;
  amountMinor: number;
  paymentId: string;
  method: PaymentTable['method'];
  channel: 'link' | 'office';
  cardBrand: string;
  cardLast4: string;
  /** Who took it in the office. */
  by: string | undefined;
}

export async function paidInto(db: Db, depositId: string): Promise<PaidIn[]> {
  const rows = await db.read
    .selectFrom('allocation')
    .innerJoin('payment', 'payment.id', 'allocation.payment_id')
    .leftJoin('person', 'person.id', 'payment.created_by')
    .select(['allocation.created_at', 'allocation.amount_minor', 'payment.id', 'payment.method', 'payment.channel'])
    .select(['payment.card_brand', 'payment.card_last4', 'person.name'])
    .where('allocation.payable_id', '=', depositId)
    .orderBy('allocation.id')
    .limit(MOST)
    .execute();
  return rows.map((row) => ({
    at: row.created_at,
    amountMinor: row.amount_minor,
    paymentId: row.id,
    method: row.method,
    channel: row.channel,
    cardBrand: row.card_brand ?? '',
    cardLast4: row.card_last4 ?? '',
    by: row.name ?? undefined,
  }));
}

/** Money given back, or on its way, or that did not arrive. */
export interface RefundShown {
  id: string;
  amountMinor: number;
  method: RefundTable['method'];
  state: RefundTable['state'];
  cardBrand: string;
  cardLast4: string;
  reference: string;
  reason: string;
  failure: string;
  orderedAt: string;
  /** When it became what it is now: arrived, failed or was cancelled. */
  endedAt: string | undefined;
  by: string | undefined;
}

export async function refundsOf(db: Db, depositId: string): Promise<RefundShown[]> {
  const rows = await db.read
    .selectFrom('refund_line')
    .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
    .leftJoin('payment', 'payment.id', 'refund.payment_id')
    .leftJoin('person', 'person.id', 'refund.created_by')
    .selectAll('refund')
    .select(['refund_line.amount_minor as of_deposit_minor', 'payment.card_brand', 'payment.card_last4', 'person.name'])
    .where('refund_line.payable_id', '=', depositId)
    .orderBy('refund.id')
    .limit(MOST)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    amountMinor: row.of_deposit_minor,
    method: row.method,
    state: row.state,
    cardBrand: row.card_brand ?? '',
    cardLast4: row.card_last4 ?? '',
    reference: row.reference,
    reason: row.reason,
    failure: row.failure ?? '',
    orderedAt: row.created_at,
    endedAt: row.ended_at ?? row.settled_at ?? undefined,
    by: row.name ?? undefined,
  }));
}
