import type { Db } from '../platform/database/database.ts';

/** When the gateway paid something out, and with which payout; undefined where it has not, or is not known to have. */
export interface Settlement {
  settledOn: string | undefined;
  payoutRef: string | undefined;
}

/** How the gateway settled the charges of payments, by the payments' ids. */
export async function settledCharges(db: Db, paymentIds: readonly string[]): Promise<Map<string, Settlement>> {
  const rows = await settlements(db)
    .select('payment_id as id')
    .where('gateway_movement.meaning', '=', 'charge')
    .where('payment_id', 'in', paymentIds)
    .execute();
  return byId(rows);
}

/** The same of refunds. */
export async function settledRefunds(db: Db, refundIds: readonly string[]): Promise<Map<string, Settlement>> {
  const rows = await settlements(db)
    .select('refund_id as id')
    .where('gateway_movement.meaning', '=', 'refund')
    .where('refund_id', 'in', refundIds)
    .execute();
  return byId(rows);
}

function settlements(db: Db) {
  return db.read
    .selectFrom('gateway_movement')
    .leftJoin('payout', 'payout.id', 'gateway_movement.payout_id')
    .select(['gateway_movement.settled_on', 'payout.gateway_ref']);
}

function byId(rows: Array<{ id: string | null; settled_on: string | null; gateway_ref: string | null }>) {
  return new Map<string, Settlement>(
    rows.map((row) => [
      row.id ?? '',
      { settledOn: row.settled_on ?? undefined, payoutRef: row.gateway_ref ?? undefined },
    ]),
  );
}
