import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * For every deed that takes money out of what payments have settled: refuses while money went back at the gateway of one
 * of those payments and nobody has said yet of what it was. The payables must be locked.
 * Errors: Refusal `unexplained-refund` (409).
 */
export async function refuseWhileUnexplained(db: Db, payableIds: readonly string[]): Promise<void> {
  const refund = await db.q
    .selectFrom('refund')
    .innerJoin('allocation', 'allocation.payment_id', 'refund.payment_id')
    .select('refund.id')
    .where('allocation.payable_id', 'in', [...payableIds])
    .where('refund.origin', '=', 'gateway')
    .where('refund.decided_at', 'is', null)
    .where('refund.state', 'not in', ['failed', 'cancelled'])
    .executeTakeFirst();
  if (!refund) return;
  throw new Refusal(
    'unexplained-refund',
    409,
    'Money of this was refunded at the gateway, and nobody has said yet what it was for. Settle that refund first: it waits among the cases.',
    { detail: { refundId: refund.id } },
  );
}
