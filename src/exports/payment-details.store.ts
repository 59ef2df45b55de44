import type { Db } from '../platform/database/database.ts';
import { type ReceiptContent, receiptNumber } from '../receipts/receipt.ts';
import { type Entry, type MovementDetails, type MovementDocument, movementType } from './movement.ts';
import { orderReferences } from './order-references.store.ts';
import { settledCharges } from './settlements.store.ts';

/** What is known of payments that were taken or reversed: mostly what their receipts say. By the ids of the entries. */
export async function paymentDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const rows = await db.read
    .selectFrom('payment')
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
    .leftJoin('person as staff', 'staff.id', 'payment.created_by')
    .select(['payment.id', 'payment.method', 'payment.channel', 'payment.gateway_ref', 'payment.card_brand'])
    .select(['payment.card_last4', 'payment.authorization_code', 'payment.reference', 'payment.reverse_reason'])
    .select(['customer.number as customer_number', 'customer.name as customer_name', 'staff.name as staff'])
    .select(['receipt.number as receipt', 'receipt.content'])
    .where('payment.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(
    rows.map((row) => [
      row.id,
      { row, content: row.content ? (JSON.parse(row.content) as ReceiptContent) : undefined },
    ]),
  );
  const orders = await orderReferences(
    db,
    [...found.values()].flatMap(({ content }) => content?.lines.map((line) => line.payableId) ?? []),
  );
  const settled = await settledCharges(db, [...found.keys()]);
  return new Map(
    entries.flatMap((entry) => {
      const payment = found.get(entry.subjectId);
      if (!payment) return [];
      const { row, content } = payment;
      const isReversal = movementType(entry.kind) === 'reversal';
      const details: MovementDetails = {
        receiptNumber: row.receipt === null ? undefined : receiptNumber(row.receipt),
        paymentId: row.id,
        originalPaymentId: isReversal ? row.id : undefined,
        gatewayRef: row.gateway_ref ?? undefined,
        customer: content?.customer ?? { number: row.customer_number, name: row.customer_name },
        method: row.method,
        cardBrand: row.card_brand ?? undefined,
        cardLast4: row.card_last4 ?? undefined,
        authorizationCode: row.authorization_code ?? undefined,
        channel: row.channel,
        staff: row.staff ?? undefined,
        reference: (isReversal ? row.reverse_reason : row.reference) ?? undefined,
        ...settled.get(row.id),
        documents: content && documentsOf(content, orders, isReversal ? -1 : 1),
      };
      return [[entry.id, details]];
    }),
  );
}

function documentsOf(content: ReceiptContent, orders: Map<string, string>, sign: 1 | -1): MovementDocument[] {
  const paid = content.lines.map((line) => ({
    type: line.kind as string,
    number: line.number,
    order: orders.get(line.payableId) ?? '',
    amountMinor: sign * line.paidNowMinor,
  }));
  const excess = { type: 'excess', number: '', order: '', amountMinor: sign * content.excessMinor };
  return content.excessMinor > 0 ? [...paid, excess] : paid;
}
