import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import type { Receipt } from './receipt.ts';
import { REFUNDED } from './receipt-list.store.ts';

/** Undefined when there is none of that id. */
export async function findReceipt(db: Db, id: string): Promise<Receipt | undefined> {
  const row = await db.read
    .selectFrom('receipt')
    .innerJoin('payment', 'payment.id', 'receipt.payment_id')
    .leftJoin('person', 'person.id', 'receipt.reviewed_by')
    .leftJoin('person as flagger', 'flagger.id', 'receipt.flagged_by')
    .selectAll('receipt')
    .select(['person.name as reviewer', 'flagger.name as flagger', 'payment.reversed_at', 'payment.reverse_reason'])
    .select(REFUNDED.as('refunded_minor'))
    .where('receipt.id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    number: row.number,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    accountId: row.account_id ?? undefined,
    issuedAt: row.issued_at,
    content: JSON.parse(row.content),
    reviewState: row.review_state,
    flag: row.flagged_at ? { at: row.flagged_at, byName: row.flagger ?? '', note: row.flag_note ?? '' } : undefined,
    review: row.reviewed_at
      ? {
          at: row.reviewed_at,
          by: row.reviewed_by ?? '',
          byName: row.reviewer ?? '',
          note: row.review_note ?? '',
        }
      : undefined,
    refundedMinor: Number(row.refunded_minor ?? 0),
    reversed: row.reversed_at ? { at: row.reversed_at, reason: row.reverse_reason ?? '' } : undefined,
  };
}

/** Errors: 404 when there is none of that id. */
export async function readReceipt(db: Db, id: string): Promise<Receipt> {
  const receipt = await findReceipt(db, id);
  if (!receipt) throw notFound('receipt');
  return receipt;
}

export interface ReceiptLetterRow {
  id: string;
  to: string[];
  state: 'queued' | 'accepted' | 'refused' | 'failed';
  createdAt: string;
  /** Undefined when the portal wrote it by itself. */
  sender: string | undefined;
}

/** The letters that handed a receipt out, newest first, at most 50. */
export async function lettersOfReceipt(db: Db, receiptId: string): Promise<ReceiptLetterRow[]> {
  const rows = await db.read
    .selectFrom('letter')
    .leftJoin('person', 'person.id', 'letter.created_by')
    .select(['letter.id', 'to_addresses', 'letter.state', 'letter.created_at', 'person.name'])
    .where('letter.subject_id', '=', receiptId)
    .orderBy('letter.id', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    to: JSON.parse(row.to_addresses),
    state: row.state,
    createdAt: row.created_at,
    sender: row.name ?? undefined,
  }));
}
