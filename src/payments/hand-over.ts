import { issueHandOff } from '../links/issue-hand-off.ts';
import { readMailAddress } from '../mail/address.ts';
import type { Attempt } from './attempt.ts';
import type { Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { partsOf } from './payments.store.ts';

/**
 * Hands a payment whose bank wants the customer over to them: a short-lived link, mailed at once, on which they confirm
 * the same payment at the gateway. In the transaction that books the decline, so that neither happens without the other.
 */
export async function handOver(parts: PaymentParts, payment: Payment, attempt: Attempt): Promise<void> {
  const { db } = parts;
  const { email } = await db.read
    .selectFrom('customer')
    .select('email')
    .where('id', '=', payment.customerId)
    .executeTakeFirstOrThrow();
  const portions = await partsOf(db, payment.id);
  const address = [attempt.payerEmail, email].find((one) => readMailAddress(one) !== undefined);
  const link = await issueHandOff(parts, {
    paymentId: payment.id,
    payableIds: portions.map((portion) => portion.payableId),
    customerId: payment.customerId,
    accountId: payment.accountId,
    currency: payment.currency,
    amountMinor: payment.amountMinor,
    email: address ?? '',
    personId: attempt.startedBy,
  });
  await db.q
    .updateTable('payment')
    .set({ handed_until: link.expiresAt, link_id: link.id })
    .where('id', '=', payment.id)
    .execute();
}
