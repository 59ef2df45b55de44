import type { Db } from '../platform/database/database.ts';
import type { DisputeTable } from '../platform/database/tables.ts';

/** A dispute as other pages show it; its own page tells the rest. */
export interface DisputeMark {
  id: string;
  state: DisputeTable['state'];
  currency: string;
  amountMinor: number;
  dueBy: string | undefined;
  /** The bank has the money, or is about to take it. */
  holdsMoney: boolean;
  decision: DisputeTable['decision'];
}

/** The disputes of a payment, the first one first. */
export async function disputesOfPayment(db: Db, paymentId: string): Promise<DisputeMark[]> {
  const rows = await db.read
    .selectFrom('dispute')
    .select(['id', 'state', 'currency', 'amount_minor', 'due_by', 'holds_money', 'decision'])
    .where('payment_id', '=', paymentId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    currency: row.currency,
    amountMinor: row.amount_minor,
    dueBy: row.due_by ?? undefined,
    holdsMoney: row.holds_money === 1,
    decision: row.decision,
  }));
}

/** True while a bank disputes a payment and has its money, or may soon have it: nothing of it is given back besides. */
export async function isHeldByDispute(db: Db, paymentId: string): Promise<boolean> {
  const row = await db.read
    .selectFrom('dispute')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('holds_money', '=', 1)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
