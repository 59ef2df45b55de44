import { openCase } from '../cases/open-case.ts';
import { isRefusedByGateway } from '../gateway/gateway.ts';
import { DAY_MS, HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { OPEN_ATTEMPTS } from './attempt.ts';
import { cancelPayment } from './cancel-payment.ts';
import { ensureIntent } from './ensure-intent.ts';
import { isFinal, type Payment, type PaymentState } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { moveAttempt, movePayment, readAttempt, readPayment } from './payments.store.ts';
import { settlePayment } from './settle-payment.ts';

const AT_ONCE = 20;
/** A try that was written but not sent within this time was left by a process that died. */
const UNSENT_MS = MINUTE_MS;
/** A confirm that was sent so long ago and of which the gateway knows nothing is not waited for any longer. */
const UNHEARD_MS = 5 * MINUTE_MS;
/** A challenge that nobody answers, or a try that nobody repeats, is given up after this. */
const GIVE_UP_MS = 30 * MINUTE_MS;
/** The gateway keeps its events for 30 days; whatever is unknown by then needs a person. */
const HORIZON_MS = 30 * DAY_MS;

/**
 * Looks again at every payment that is not final and due for a look: settles what the gateway knows, ends tries that
 * never went out, gives up what nobody finishes. It repeats *create*, never *confirm*. Gives how many it looked at.
 */
export async function sweepPayments(parts: PaymentParts): Promise<number> {
  const due = await parts.db.q
    .selectFrom('payment')
    .select(['id', 'next_look_at', 'created_at', 'looks'])
    .where('next_look_at', '<=', nowIso(parts.clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    const ageMs = parts.clock.now().getTime() - Date.parse(row.created_at);
    const claimed = await parts.db.q
      .updateTable('payment')
      .set({ next_look_at: laterIso(parts.clock, lookAgainMs(ageMs)), looks: row.looks + 1 })
      .where('id', '=', row.id)
      .where('next_look_at', '=', row.next_look_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    await look(parts, row.id, ageMs).catch((error) =>
      parts.log.warn({ err: error, paymentId: row.id }, 'a payment could not be looked at; it will be again'),
    );
  }
  return due.length;
}

function lookAgainMs(ageMs: number): number {
  if (ageMs < HOUR_MS) return MINUTE_MS;
  return ageMs < DAY_MS ? 15 * MINUTE_MS : 6 * HOUR_MS;
}

async function look(parts: PaymentParts, id: string, ageMs: number): Promise<void> {
  const payment = await readPayment(parts.db, id);
  if (isFinal(payment.state)) return;
  await endUnsentTry(parts, payment);
  await settlePayment(parts, id);

  const now = await readPayment(parts.db, id);
  if (isFinal(now.state)) return;
  if (await shouldBeGivenUp(parts, now)) {
    await cancelPayment(parts, { paymentId: id, actor: { kind: 'system' }, reason: 'nobody finished it' });
  } else if (ageMs > HORIZON_MS) {
    await callAPerson(parts, now);
  }
}

/** Learns the gateway's name for it first, so that what was made there is never forgotten. */
async function endUnsentTry(parts: PaymentParts, payment: Payment): Promise<void> {
  const attempt = payment.attemptId ? await readAttempt(parts.db, payment.attemptId) : undefined;
  if (attempt?.state !== 'started' || sinceMs(parts, attempt.createdAt) < UNSENT_MS) return;
  await ensureIntent(parts, payment).catch((error) => {
    // A refusal names nothing that could be forgotten; only silence leaves a doubt.
    if (!isRefusedByGateway(error)) throw error;
  });
  const { db, clock } = parts;
  await db.tx(async () => {
    if (!(await moveAttempt(db, attempt.id, 'abandoned', { ended_at: nowIso(clock) }, ['started']))) return;
    await movePayment(db, payment.id, 'ready', { in_flight_since: null }, ['confirming']);
  });
}

/** Asked just after the gateway's word was settled, so a try that is still `sent` is one that the gateway never heard of. */
async function shouldBeGivenUp(parts: PaymentParts, payment: Payment): Promise<boolean> {
  if (payment.cancelAskedAt) return true;
  const attempt = payment.attemptId ? await readAttempt(parts.db, payment.attemptId) : undefined;
  // Its confirm may still be on its way, however late: only a payment that is cancelled there can promise "not charged".
  if (attempt?.state === 'sent') return sinceMs(parts, attempt.sentAt ?? attempt.createdAt) >= UNHEARD_MS;
  const idle: PaymentState[] = ['ready', 'challenged'];
  const isOver = attempt !== undefined && !OPEN_ATTEMPTS.includes(attempt.state);
  if (!idle.includes(payment.state) && !isOver) return false;
  // Handed to the customer, who has days: the gateway itself ends a challenge that nobody answers.
  if (payment.handedUntil && payment.handedUntil > nowIso(parts.clock)) return linkWithdrawn(parts, payment);
  if (sinceMs(parts, attempt?.createdAt ?? payment.createdAt) >= GIVE_UP_MS) return true;
  return linkWithdrawn(parts, payment);
}

/** Revoking a link only marks it: what was live through it is given up here. */
async function linkWithdrawn({ db }: PaymentParts, payment: Payment): Promise<boolean> {
  if (!payment.linkId) return false;
  const link = await db.read.selectFrom('link').select('ended_as').where('id', '=', payment.linkId).executeTakeFirst();
  return link?.ended_as === 'revoked';
}

async function callAPerson(parts: PaymentParts, payment: Payment): Promise<void> {
  await openCase(parts, {
    kind: 'unresolved-payment',
    dedupeKey: `unresolved-${payment.id}`,
    subjectKind: 'payment',
    subjectId: payment.id,
    customerId: payment.customerId,
    summary:
      'The gateway has not said for 30 days whether this payment was made. Ask its support, then settle or cancel it here.',
  });
}

function sinceMs({ clock }: PaymentParts, iso: string): number {
  return clock.now().getTime() - Date.parse(iso);
}
