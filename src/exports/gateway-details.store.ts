import type { Db } from '../platform/database/database.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import type { Entry, MovementDetails } from './movement.ts';

/** What is known of movements of a gateway's balance: fees, payouts, what it exchanged. By the ids of the entries. */
export async function gatewayDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const rows = await db.read
    .selectFrom('gateway_movement as movement')
    .leftJoin('payout', 'payout.id', 'movement.payout_id')
    .leftJoin('payment', 'payment.id', 'movement.payment_id')
    .leftJoin('receipt', 'receipt.payment_id', 'movement.payment_id')
    .leftJoin('customer', 'customer.id', 'payment.customer_id')
    .select(['movement.id', 'movement.meaning', 'movement.source_ref', 'movement.gateway_ref', 'movement.settled_on'])
    .select(['movement.payment_id', 'movement.refund_id', 'payout.gateway_ref as payout_ref'])
    .select(['receipt.number as receipt', 'customer.number as customer_number', 'customer.name as customer_name'])
    .where('movement.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return new Map(
    entries.flatMap((entry) => {
      const row = found.get(entry.subjectId);
      if (!row) return [];
      const ofRefund = row.refund_id !== null;
      const details: MovementDetails = {
        receiptNumber: row.receipt === null ? undefined : receiptNumber(row.receipt),
        paymentId: (ofRefund ? undefined : row.payment_id) ?? undefined,
        originalPaymentId: (ofRefund ? row.payment_id : undefined) ?? undefined,
        gatewayRef: row.source_ref ?? row.gateway_ref,
        customer: row.customer_number ? { number: row.customer_number, name: row.customer_name ?? '' } : undefined,
        reference: row.gateway_ref,
        settledOn: row.settled_on ?? undefined,
        // A payout is told by its own name.
        payoutRef: (row.meaning === 'payout' ? row.source_ref : row.payout_ref) ?? undefined,
      };
      return [[entry.id, details]];
    }),
  );
}
