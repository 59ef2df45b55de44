import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import type { RefundReceipt } from './refund-receipt.ts';

/** The receipt of this id, or of this refund; undefined when there is none. */
export async function findRefundReceipt(
  db: Db,
  of: { id: string } | { refundId: string },
): Promise<RefundReceipt | undefined> {
  if ('id' in of && !isId(of.id, 'rfr')) return undefined;
  const query = db.read
    .selectFrom('refund_receipt')
    .innerJoin('refund', 'refund.id', 'refund_receipt.refund_id')
    .selectAll('refund_receipt')
    .select(['refund.account_id', 'refund.ended_at']);
  const row = await ('id' in of
    ? query.where('refund_receipt.id', '=', of.id)
    : query.where('refund_receipt.refund_id', '=', of.refundId)
  ).executeTakeFirst();
  return (
    row && {
      id: row.id,
      number: row.number,
      refundId: row.refund_id,
      accountId: row.account_id ?? undefined,
      issuedAt: row.issued_at,
      content: JSON.parse(row.content),
      returnedAt: row.ended_at ?? undefined,
    }
  );
}
