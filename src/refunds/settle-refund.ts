import { gatewayOf } from '../accounts/accounts.store.ts';
import { openCase } from '../cases/open-case.ts';
import type { GatewayRefund } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { laterIso, MINUTE_MS } from '../platform/clock.ts';
import { bookRefund, failureOf } from './book-refund.ts';
import { isOver, type Refund, type RefundState } from './refund.ts';
import { moveRefund, readRefund } from './refunds.store.ts';

const LOOK_AGAIN_MS = 15 * MINUTE_MS;

/**
 * The only place where a refund to a card becomes pending, succeeded, failed or cancelled. Reads the truth at the gateway
 * with no transaction open, then moves our rows by compare-and-set, so it may be called by anyone, at any time, at once.
 * Gives the state the refund then has. Errors: GatewayError when the gateway cannot be asked.
 */
export async function settleRefund(parts: PaymentParts, refundId: string): Promise<RefundState> {
  const { db, clock } = parts;
  const refund = await readRefund(db, refundId);
  if (isOver(refund.state) || !refund.gatewayRef || !refund.accountId) return refund.state;
  const truth = await (await gatewayOf(parts, refund.accountId)).readRefund(refund.gatewayRef);
  const wrong = await mismatchOf(parts, refund, truth);
  if (wrong) {
    await openMismatchCase(parts, refund, truth, wrong);
    return refund.state;
  }
  if (truth.status === 'succeeded') {
    await bookRefund(parts, refundId, { state: 'succeeded', actor: { kind: 'gateway' } });
  } else if (truth.status === 'pending') {
    await moveRefund(db, refundId, 'pending', { next_look_at: laterIso(clock, LOOK_AGAIN_MS) });
  } else {
    await bookRefund(parts, refundId, failureOf(truth.status, truth.failureReason));
  }
  return (await readRefund(db, refundId)).state;
}

/** What the gateway's refund has that ours has not, as a sentence; undefined when they agree. */
async function mismatchOf({ db }: PaymentParts, refund: Refund, truth: GatewayRefund): Promise<string | undefined> {
  if (refund.origin === 'office' && truth.reference !== refund.id)
    return `it carries the reference ${truth.reference ?? 'of nobody'}`;
  if (truth.money.currency !== refund.currency || truth.money.amountMinor !== refund.amountMinor) {
    const here = showMoneyWithCode({ amountMinor: refund.amountMinor, currency: refund.currency });
    return `it is of ${showMoneyWithCode(truth.money)}, and ours of ${here}`;
  }
  const payment = await db.read
    .selectFrom('payment')
    .select('gateway_ref')
    .where('id', '=', refund.paymentId ?? '')
    .executeTakeFirst();
  return truth.paymentRef === payment?.gateway_ref ? undefined : `it gives back of ${truth.paymentRef ?? 'nothing'}`;
}

async function openMismatchCase(
  parts: PaymentParts,
  refund: Refund,
  truth: GatewayRefund,
  wrong: string,
): Promise<void> {
  await openCase(parts, {
    kind: 'gateway-mismatch',
    dedupeKey: `mismatch-${refund.id}`,
    subjectKind: 'refund',
    subjectId: refund.id,
    customerId: refund.customerId,
    summary: `The gateway's refund ${truth.ref} is not what we ordered: ${wrong}. Nothing was booked; compare both and decide.`,
    detail: { refundId: refund.id, gatewayStatus: truth.status, ...truth.money },
  });
}
