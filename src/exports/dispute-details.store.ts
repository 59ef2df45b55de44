import type { Db } from '../platform/database/database.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import type { Entry, MovementDetails, MovementDocument } from './movement.ts';
import { orderReferences } from './order-references.store.ts';

/** What is known of money that banks took because of disputes, or gave back. By the ids of the entries. */
export async function disputeDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const rows = await db.read
    .selectFrom('dispute_movement as moved')
    .innerJoin('dispute', 'dispute.id', 'moved.dispute_id')
    .leftJoin('payment', 'payment.id', 'dispute.payment_id')
    .leftJoin('receipt', 'receipt.payment_id', 'dispute.payment_id')
    .leftJoin('customer', 'customer.id', 'dispute.customer_id')
    .leftJoin('gateway_movement as settled', (join) =>
      join
        .onRef('settled.account_id', '=', 'dispute.account_id')
        .onRef('settled.gateway_ref', '=', 'moved.gateway_ref'),
    )
    .leftJoin('payout', 'payout.id', 'settled.payout_id')
    .select(['moved.id', 'moved.amount_minor', 'moved.gateway_ref as movement_ref', 'moved.dispute_id'])
    .select(['dispute.gateway_ref', 'dispute.payment_id', 'dispute.reason', 'payment.card_brand', 'payment.card_last4'])
    .select(['receipt.number as receipt', 'customer.number as customer_number', 'customer.name as customer_name'])
    .select(['settled.settled_on', 'payout.gateway_ref as payout_ref'])
    .where('moved.id', 'in', [...new Set(entries.map((entry) => entry.subjectId))])
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  const parts = await partsOf(db, [...new Set(rows.map((row) => row.dispute_id))]);
  return new Map(
    entries.flatMap((entry) => {
      const row = found.get(entry.subjectId);
      if (!row) return [];
      const details: MovementDetails = {
        receiptNumber: row.receipt === null ? undefined : receiptNumber(row.receipt),
        originalPaymentId: row.payment_id ?? undefined,
        gatewayRef: row.gateway_ref,
        customer: row.customer_number ? { number: row.customer_number, name: row.customer_name ?? '' } : undefined,
        method: 'card',
        cardBrand: row.card_brand ?? undefined,
        cardLast4: row.card_last4 ?? undefined,
        reference: row.reason,
        settledOn: row.settled_on ?? undefined,
        payoutRef: row.payout_ref ?? undefined,
        documents: share(row.amount_minor, parts.get(row.dispute_id) ?? []),
      };
      return [[entry.id, details]];
    }),
  );
}

/** The documents that each dispute concerns, with the parts of the disputed sum. */
async function partsOf(db: Db, disputeIds: readonly string[]): Promise<Map<string, MovementDocument[]>> {
  const rows = await db.read
    .selectFrom('dispute_part')
    .innerJoin('payable', 'payable.id', 'dispute_part.payable_id')
    .select(['dispute_part.dispute_id', 'dispute_part.amount_minor', 'payable.id', 'payable.kind', 'payable.number'])
    .where('dispute_part.dispute_id', 'in', disputeIds)
    .orderBy('payable.id')
    .execute();
  const orders = await orderReferences(
    db,
    rows.map((row) => row.id),
  );
  const parts = new Map<string, MovementDocument[]>();
  for (const row of rows) {
    const order = orders.get(row.id) ?? '';
    const part = { type: row.kind, number: row.number, order, amountMinor: row.amount_minor };
    parts.set(row.dispute_id, [...(parts.get(row.dispute_id) ?? []), part]);
  }
  return parts;
}

/** What moved, told by document where it is the whole disputed sum or there is one document only. */
function share(movedMinor: number, parts: readonly MovementDocument[]): MovementDocument[] | undefined {
  if (parts.length === 1) return parts.map((part) => ({ ...part, amountMinor: movedMinor }));
  const wholeMinor = parts.reduce((sum, part) => sum + part.amountMinor, 0);
  if (parts.length === 0 || wholeMinor !== Math.abs(movedMinor)) return undefined;
  return parts.map((part) => ({ ...part, amountMinor: Math.sign(movedMinor) * part.amountMinor }));
}
