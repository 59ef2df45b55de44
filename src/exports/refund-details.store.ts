import type { Db } from '../platform/database/database.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { type Entry, type MovementDetails, type MovementDocument, movementType } from './movement.ts';
import { orderReferences } from './order-references.store.ts';
import { settledRefunds } from './settlements.store.ts';

/** What is known of refunds that arrived or came back. By the ids of the entries. */
export async function refundDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const rows = await db.read
    .selectFrom('refund')
    .innerJoin('customer', 'customer.id', 'refund.customer_id')
    .leftJoin('payment', 'payment.id', 'refund.payment_id')
    .leftJoin('receipt', 'receipt.payment_id', 'refund.payment_id')
    .leftJoin('person as staff', 'staff.id', 'refund.created_by')
    .select(['refund.id', 'refund.method', 'refund.gateway_ref', 'refund.payment_id', 'refund.origin'])
    .select(['refund.reference', 'refund.failure', 'payment.card_brand', 'payment.card_last4'])
    .select(['customer.number as customer_number', 'customer.name as customer_name', 'staff.name as staff'])
    .select('receipt.number as receipt')
    .where('refund.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  const documents = await documentsOf(db, [...found.keys()]);
  const settled = await settledRefunds(db, [...found.keys()]);
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
        channel: row.origin,
        staff: row.staff ?? undefined,
        reference: (cameBack ? row.failure : row.reference) ?? undefined,
        ...settled.get(row.id),
        documents: documents
          .get(row.id)
          ?.map((one) => ({ ...one, amountMinor: cameBack ? one.amountMinor : -one.amountMinor })),
      };
      return [[entry.id, details]];
    }),
  );
}

/** Of which documents each refund gives how much back. */
async function documentsOf(db: Db, refundIds: readonly string[]): Promise<Map<string, MovementDocument[]>> {
  const rows = await db.read
    .selectFrom('refund_line')
    .innerJoin('payable', 'payable.id', 'refund_line.payable_id')
    .select(['refund_line.refund_id', 'refund_line.amount_minor', 'payable.id', 'payable.kind', 'payable.number'])
    .where('refund_line.refund_id', 'in', refundIds)
    .orderBy('payable.id')
    .execute();
  const orders = await orderReferences(
    db,
    rows.map((row) => row.id),
  );
  const documents = new Map<string, MovementDocument[]>();
  for (const row of rows) {
    const order = orders.get(row.id) ?? '';
    const one = { type: row.kind, number: row.number, order, amountMinor: row.amount_minor };
    documents.set(row.refund_id, [...(documents.get(row.refund_id) ?? []), one]);
  }
  return documents;
}
