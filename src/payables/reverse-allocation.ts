import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Payable } from './payable.ts';
import { restatePayable } from './restate-payable.ts';

/** What a payment settled of a payable, as it was written. */
export interface AllocationToReverse {
  id: string;
  paymentId: string;
  /** How much of it is taken back, whole minor units, more than zero. */
  amountMinor: number;
}

/**
 * Takes an allocation back by a negative one that names it, and moves the payable, which must be locked: it is owed
 * again. Nothing is deleted. Gives the payable as it then is.
 */
export async function reverseAllocation(
  parts: { db: Db; clock: Clock },
  payable: Payable,
  { id, paymentId, amountMinor, createdBy }: AllocationToReverse & { createdBy: string | undefined },
  reversalId = newId('all'),
): Promise<Payable> {
  await parts.db.q
    .insertInto('allocation')
    .values({
      id: reversalId,
      payable_id: payable.id,
      payment_id: paymentId,
      deposit_id: null,
      amount_minor: -amountMinor,
      reverses: id,
      created_by: createdBy ?? null,
      created_at: nowIso(parts.clock),
    })
    .execute();
  return restatePayable(parts, payable);
}
