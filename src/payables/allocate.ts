import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Payable } from './payable.ts';
import { restatePayable } from './restate-payable.ts';

export interface NewAllocation {
  paymentId: string;
  amountMinor: number;
  createdBy?: string | undefined;
}

/**
 * Settles part of a payable from a payment and moves its state and version; the payable must be locked.
 * Gives the payable as it then is. Errors: more than is due, or the same payment a second time (unique index).
 */
export async function allocate(
  { db, clock }: { db: Db; clock: Clock },
  to: Payable,
  from: NewAllocation,
): Promise<Payable> {
  if (from.amountMinor <= 0 || from.amountMinor > to.dueMinor) {
    throw new Error(`cannot allocate ${from.amountMinor} to ${to.number}, of which ${to.dueMinor} is due`);
  }
  await db.q
    .insertInto('allocation')
    .values({
      id: newId('all'),
      payable_id: to.id,
      payment_id: from.paymentId,
      deposit_id: null,
      amount_minor: from.amountMinor,
      reverses: null,
      created_by: from.createdBy ?? null,
      created_at: nowIso(clock),
    })
    .execute();
  return restatePayable({ db, clock }, to);
}
