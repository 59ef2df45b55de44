import { openCase } from '../cases/open-case.ts';
import type { GatewayPayment } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Db } from '../platform/database/database.ts';
import type { Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';

/**
 * What the gateway's payment has that ours has not, as a sentence; undefined when they agree. A genuine payment of a
 * small sum must never settle a large debt: reference, account, live mode, currency and amount are held each time.
 */
export async function mismatchOf(db: Db, payment: Payment, truth: GatewayPayment): Promise<string | undefined> {
  if (truth.reference !== payment.id) return `it carries the reference ${truth.reference ?? 'of nobody'}`;
  if (truth.money.currency !== payment.currency)
    return `its currency is ${truth.money.currency}, not ${payment.currency}`;
  const account = await db.read
    .selectFrom('account')
    .select('livemode')
    .where('id', '=', payment.accountId)
    .executeTakeFirstOrThrow();
  if (truth.livemode !== (account.livemode === 1))
    return truth.livemode ? 'it is live, not a test' : 'it is a test, not live';
  // Before it succeeded the amount may still be one that was since re-agreed.
  if (truth.status !== 'succeeded') return undefined;
  if (truth.receivedMinor !== payment.amountMinor) {
    const there = showMoneyWithCode({ amountMinor: truth.receivedMinor, currency: truth.money.currency });
    const here = showMoneyWithCode({ amountMinor: payment.amountMinor, currency: payment.currency });
    return `it received ${there}, and we asked for ${here}`;
  }
  return undefined;
}

/** The case of a payment about which the gateway and our books disagree. */
export function mismatchKey(paymentId: string): string {
  return `mismatch-${paymentId}`;
}

export async function openMismatchCase(
  parts: PaymentParts,
  payment: Payment,
  truth: GatewayPayment,
  wrong: string,
): Promise<void> {
  const isNew = await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: mismatchKey(payment.id),
    subjectKind: 'payment',
    subjectId: payment.id,
    customerId: payment.customerId,
    summary: `The gateway's payment ${truth.ref} is not what we booked: ${wrong}. Nothing was booked; compare both and decide.`,
    detail: { gatewayStatus: truth.status, receivedMinor: truth.receivedMinor, currency: truth.money.currency },
  });
  if (isNew) parts.log.error({ paymentId: payment.id, wrong }, 'the gateway and our books disagree');
}
