import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import type { Receipt } from './receipt.ts';

/** Undefined when there is none of that id. */
export async function findReceipt(db: Db, id: string): Promise<Receipt | undefined> {
  const row = await db.read
    .selectFrom('receipt')
    .leftJoin('person', 'person.id', 'receipt.reviewed_by')
    .selectAll('receipt')
    .select('person.name as reviewer')
    .where('receipt.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    number: row.number,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    issuedAt: row.issued_at,
    content: JSON.parse(row.content),
    review: row.reviewed_at
      ? {
          at: row.reviewed_at,
          by: row.reviewed_by ?? '',
          byName: row.reviewer ?? '',
          note: row.review_note ?? '',
        }
      : undefined,
  };
}

/** Errors: 404 when there is none of that id. */
export async function readReceipt(db: Db, id: string): Promise<Receipt> {
  const receipt = await findReceipt(db, id);
  if (!receipt) throw notFound('receipt');
  return receipt;
}
