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
    .leftJoin('payable', 'payable.id', 'refund.payable_id')
    .leftJoin('person as staff', 'staff.id', 'refund.created_by')
    .select(['refund.id', 'refund.method', 'refund.gateway_ref', 'refund.payment_id', 'refund.amount_minor'])
    .select(['refund.reference', 'refund.failure', 'payment.card_brand', 'payment.card_last4'])
    .select(['customer.number as customer_number', 'customer.name as customer_name', 'staff.name as staff'])
    .select(['payable.id as payable_id', 'payable.kind as document_kind', 'payable.number as document_number'])
    .select('receipt.number as receipt')
    .where('refund.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  const orders = await orderReferences(
    db,
    rows.flatMap((row) => row.payable_id ?? []),
  );
  return new Map(
    entries.flatMap((entry) => {
      const row = found.get(entry.subjectId);
      if (!row) return [];
      const cameBack = movementType(entry.kind) === 'refund-returned';
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
        documents: row.payable_id
          ? [
              {
                type: row.document_kind as string,
                number: row.document_number as string,
                order: orders.get(row.payable_id) ?? '',
                amountMinor: cameBack ? row.amount_minor : -row.amount_minor,
              },
            ]
          : undefined,
      };
      return [[entry.id, details]];
    }),
  );
}
