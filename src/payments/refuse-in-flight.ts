import { type Lease, underWay } from '../payables/lease.ts';
import { MINUTE_MS, nowIso } from '../platform/clock.ts';
import { Refusal } from '../platform/refusal.ts';
import type { LeasedPayment } from './live-payment.ts';
import type { PaymentParts } from './payment-parts.ts';

/** Others may take over a try that has been under way for so long. */
export const START_AGAIN_AFTER_MS = 5 * MINUTE_MS;

/**
 * Tells whoever comes second that somebody is paying: staff are told who and since when, payers are not told of staff.
 * Errors: always Refusal `in-flight` (409), with the time and, for staff, the payment in its detail.
 */
export async function refuseInFlight(
  { db, clock }: PaymentParts,
  busy: LeasedPayment,
  leases: readonly Lease[],
  toWhom: { linkId: string } | { personId: string },
): Promise<never> {
  const since = busy.inFlightSince ?? nowIso(clock);
  const mayStartAgain = clock.now().getTime() - Date.parse(since) >= START_AGAIN_AFTER_MS;
  if ('linkId' in toWhom) {
    const sentence =
      'A payment for this is under way already, perhaps in another window. You were not charged a second time.';
    throw new Refusal('in-flight', 409, sentence, { detail: { since, mayStartAgain } });
  }
  const lease = leases.find((one) => one.paymentId === busy.id);
  const sentence = `${await underWay(db, lease, since)} Nothing was charged a second time.`;
  throw new Refusal('in-flight', 409, sentence, { detail: { since, mayStartAgain, paymentId: busy.id } });
}
