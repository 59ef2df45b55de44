import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Payable } from './payable.ts';
import { restatePayable } from './restate-payable.ts';

/**
 * Where the money comes from: a payment, or a deposit by a form that is taken once. What a payment had settled before and
 * was taken back names that row (`reverses`).
 */
export type NewAllocation = { amountMinor: number; createdBy?: string | undefined } & (
  | { paymentId: string; reverses?: string | undefined }
  | { depositId: string; submissionId: string }
);

/**
 * Settles part of a payable from a payment or a deposit and moves its state and version; the payable must be locked.
 * Gives the payable as it then is. Errors: more than is due, or the same payment or form a second time (unique indexes).
 */
export async function allocate(
  parts: { db: Db; clock: Clock },
  to: Payable,
  from: NewAllocation,
  id = newId('all'),
): Promise<Payable> {
  if (from.amountMinor <= 0 || from.amountMinor > to.dueMinor) {
    throw new Error(`cannot allocate ${from.amountMinor} to ${to.number}, of which ${to.dueMinor} is due`);
  }
  await parts.db.q
    .insertInto('allocation')
    .values({
      id,
      payable_id: to.id,
      payment_id: 'paymentId' in from ? from.paymentId : null,
      deposit_id: 'depositId' in from ? from.depositId : null,
      amount_minor: from.amountMinor,
      reverses: ('reverses' in from && from.reverses) || null,
      created_by: from.createdBy ?? null,
      created_at: nowIso(parts.clock),
      submission_id: 'depositId' in from ? from.submissionId : null,
    })
    .execute();
  return restatePayable(parts, to);
}
