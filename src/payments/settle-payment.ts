import { gatewayOf } from '../accounts/accounts.store.ts';
import { recordAudit } from '../audit/record.ts';
import { countDecline } from '../cards/decline-limits.ts';
import type { GatewayPayment } from '../gateway/gateway.ts';
import { laterIso, nowIso, SECOND_MS } from '../platform/clock.ts';
import { type Attempt, OPEN_ATTEMPTS } from './attempt.ts';
import { bookPayment } from './book-payment.ts';
import { closeCancelled } from './close-cancelled.ts';
import { mismatchOf, openMismatchCase } from './gateway-mismatch.ts';
import { handOver } from './hand-over.ts';
import { isFinal, type Payment, type PaymentState } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { chargesTried, moveAttempt, movePayment, readAttempt, readPayment } from './payments.store.ts';

/** After a change the sweeper looks again soon: the next step is usually seconds away. */
const LOOK_AGAIN_MS = 30 * SECOND_MS;

/**
 * The only place where a payment becomes paid or cancelled. Reads the truth at the gateway with no transaction open, then
 * moves our rows by compare-and-set, so it may be called by anyone, at any time, at once: the pay request, the return
 * page, webhooks, the sweeper, staff. `answeredAttemptId` is the attempt whose confirm the gateway has just answered.
 * Gives the state the payment then has. Errors: GatewayError when the gateway cannot be asked.
 */
export async function settlePayment(
  parts: PaymentParts,
  paymentId: string,
  hint: { answeredAttemptId?: string | undefined } = {},
): Promise<PaymentState> {
  const payment = await readPayment(parts.db, paymentId);
  if (isFinal(payment.state) || !payment.gatewayRef) return payment.state;
  // Read before the gateway is asked: what it says is no word about a try that began or moved on meanwhile.
  const attempt = payment.attemptId ? await readAttempt(parts.db, payment.attemptId) : undefined;
  const gateway = await gatewayOf(parts, payment.accountId);
  const truth = await gateway.readPayment(payment.gatewayRef);

  const wrong = await mismatchOf(parts.db, payment, truth);
  if (wrong) {
    await openMismatchCase(parts, payment, truth, wrong);
    return payment.state;
  }
  if (truth.status === 'succeeded') await bookPayment(parts, payment.id, truth);
  else if (truth.status === 'cancelled') await closeCancelled(parts, payment.id);
  else if (truth.status === 'needs-card') await endTry(parts, payment, attempt, truth, hint.answeredAttemptId);
  else await noteUnderWay(parts, payment, attempt, truth.status);
  return (await readPayment(parts.db, paymentId)).state;
}

/**
 * The gateway waits for a card: the latest try ended without money, if the gateway's word is about that try.
 * It is when its confirm was just answered, when the bank had been asked in it, or when there is a charge of it.
 */
async function endTry(
  parts: PaymentParts,
  payment: Payment,
  attempt: Attempt | undefined,
  truth: GatewayPayment,
  answeredAttemptId: string | undefined,
): Promise<void> {
  const { db, clock } = parts;
  if (!attempt || attempt.state === 'started' || !OPEN_ATTEMPTS.includes(attempt.state)) return;
  const freshCharge = truth.chargeRef !== undefined && !(await chargesTried(db, payment.id)).includes(truth.chargeRef);
  const about = attempt.id === answeredAttemptId || attempt.state !== 'sent' || freshCharge;
  if (!about) return;

  const decline = truth.decline ?? { category: 'processing-error' as const, code: 'not_confirmed', advice: undefined };
  await db.tx(async () => {
    const set = {
      decline_category: decline.category,
      decline_code: decline.code,
      decline_advice: decline.advice ?? null,
      charge_ref: freshCharge ? (truth.chargeRef ?? null) : null,
      card_brand: truth.card?.brand ?? null,
      card_last4: truth.card?.last4 ?? null,
      ended_at: nowIso(clock),
    };
    if (!(await moveAttempt(db, attempt.id, 'declined', set, [attempt.state]))) return;
    await movePayment(db, payment.id, 'ready', { in_flight_since: null });
    await countDecline(parts, attempt);
    await recordAudit(parts, {
      actor: { kind: 'gateway' },
      action: 'payment.declined',
      subjectKind: 'payment',
      subjectId: payment.id,
      detail: { attemptId: attempt.id, category: decline.category, code: decline.code },
    });
    const wantsPayer = attempt.presence === 'nobody' && decline.category === 'authentication-required';
    if (wantsPayer) await handOver(parts, payment, attempt);
  });
}

/** The bank asks the payer, or the gateway is still at work: note it, and look again soon. */
async function noteUnderWay(
  { db, clock }: PaymentParts,
  payment: Payment,
  attempt: Attempt | undefined,
  status: 'needs-action' | 'processing',
): Promise<void> {
  const to = status === 'needs-action' ? 'challenged' : 'processing';
  await db.tx(async () => {
    // The word may be older than the end of the try it is about: an ended try brings nobody back under way.
    if (attempt && !(await moveAttempt(db, attempt.id, to))) return;
    if (payment.state !== to) await movePayment(db, payment.id, to, { next_look_at: laterIso(clock, LOOK_AGAIN_MS) });
  });
}
