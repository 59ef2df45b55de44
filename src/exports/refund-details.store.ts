import type { Db } from '../platform/database/database.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { type Entry, type MovementDetails, movementType } from './movement.ts';
import { orderReferences } from './order-references.store.ts';

/** What is known of refunds that arrived or came back. By the ids of the entries. */
export async function refundDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const rows = await db.read
    .selectFrom('refund')
    .innerJoin('customer', 'customer.id', 'refund.customer_id')
    .leftJoin('payment', 'payment.id', 'refund.payment_id')
    .leftJoin('receipt', 'receipt.payment_id', 'refund.payment_id')
    .leftJoin('person as staff', 'staff.id', 'refund.created_by')
    .select(['refund.id', 'refund.method', 'refund.gateway_ref', 'refund.payment_id'])
    .select(['refund.reference', 'refund.failure', 'payment.card_brand', 'payment.card_last4'])
    .select(['customer.number as customer_number', 'customer.name as customer_name', 'staff.name as staff'])
    .select('receipt.number as receipt')
    .where('refund.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  const lines = await linesOf(db, [...found.keys()]);
  const orders = await orderReferences(
    db,
    lines.map((line) => line.payable_id),
  );
  return new Map(
    entries.flatMap((entry) => {
      const row = found.get(entry.subjectId);
      if (!row) return [];
      const cameBack = movementType(entry.kind) === 'refund-returned';
      const own = lines.filter((line) => line.refund_id === row.id);
      const documents = own.map((line) => ({
        type: line.kind as string,
        number: line.number,
        order: orders.get(line.payable_id) ?? '',
        amountMinor: cameBack ? line.amount_minor : -line.amount_minor,
      }));
      const details: MovementDetails = {
        receiptNumber: row.receipt === null ? undefined : receiptNumber(row.receipt),
        originalPaymentId: row.payment_id ?? undefined,
        gatewayRef: row.gateway_ref ?? undefined,
        customer: { number: row.customer_number, name: row.customer_name },
        method: row.method,
        cardBrand: row.card_brand ?? undefined,
        cardLast4: row.card_last4 ?? undefined,
        channel: 'office',
        staff: row.staff ?? undefined,
        reference: (cameBack ? row.failure : row.reference) ?? undefined,
        documents: documents.length > 0 ? documents : undefined,
      };
      return [[entry.id, details]];
    }),
  );
}

/** Of which documents they gave money back; none of a refund made at the gateway that nobody has explained yet. */
async function linesOf(db: Db, refundIds: string[]) {
  return db.read
    .selectFrom('refund_line')
    .innerJoin('payable', 'payable.id', 'refund_line.payable_id')
    .select(['refund_line.refund_id', 'refund_line.payable_id', 'refund_line.amount_minor'])
    .select(['payable.kind', 'payable.number'])
    .where('refund_line.refund_id', 'in', refundIds)
    .orderBy('refund_line.payable_id')
    .execute();
}
