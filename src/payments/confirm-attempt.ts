import { gatewayOf } from '../accounts/accounts.store.ts';
import { type CardSource, GatewayError, isRefusedByGateway } from '../gateway/gateway.ts';
import { findLink } from '../links/links.store.ts';
import { paths } from '../paths.ts';
import { nowIso } from '../platform/clock.ts';
import type { Attempt } from './attempt.ts';
import { ensureIntent } from './ensure-intent.ts';
import type { Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { moveAttempt, movePayment, readAttempt, readPayment } from './payments.store.ts';
import { settlePayment } from './settle-payment.ts';

/**
 * Takes a written attempt to the gateway: makes the payment there unconfirmed and keeps its name, then confirms it, then
 * settles by what the gateway says. An outcome that stays unknown leaves the attempt `sent`: the sweeper asks again.
 * Nobody else ever confirms, so a payer who left is not charged later.
 */
export async function confirmAttempt(parts: PaymentParts, attemptId: string): Promise<void> {
  const attempt = (await readAttempt(parts.db, attemptId)) as Attempt;
  const payment = await readPayment(parts.db, attempt.paymentId);
  let answered: string | undefined;
  try {
    const source = await sourceOf(parts, attempt);
    if (!source) return await endUnsent(parts, attempt);
    const ref = await ensureIntent(parts, payment);
    if (!(await moveAttempt(parts.db, attemptId, 'sent', { sent_at: nowIso(parts.clock) }, ['started']))) return;
    await confirm(parts, { payment, attempt, ref, source });
    answered = attemptId;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, paymentId: payment.id, attemptId }, 'the gateway gave no outcome');
    // A refusal is an answer: this confirm will never make money, whatever the payment's state turns out to be.
    if (isRefusedByGateway(error)) answered = attemptId;
    await endUnsent(parts, attempt);
  }
  await settlePayment(parts, payment.id, { answeredAttemptId: answered }).catch((error) => {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, paymentId: payment.id }, 'the gateway could not be asked; the sweeper will');
  });
}

async function confirm(
  parts: PaymentParts,
  on: { payment: Payment; attempt: Attempt; ref: string; source: CardSource },
): Promise<void> {
  const gateway = await gatewayOf(parts, on.payment.accountId);
  await gateway.confirmPayment(on.ref, {
    source: on.source,
    presence: on.attempt.presence,
    saveCard: on.attempt.saveCard,
    returnUrl: await returnUrlOf(parts, on.payment),
    key: `confirm-${on.attempt.id}`,
  });
}

/** What is charged; undefined for a saved card that was removed since the try was written. */
async function sourceOf({ db }: PaymentParts, attempt: Attempt): Promise<CardSource | undefined> {
  if (!attempt.savedCardId) return { confirmationToken: attempt.confirmationToken };
  const card = await db.read
    .selectFrom('saved_card')
    .select('method_ref')
    .where('id', '=', attempt.savedCardId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return card && { savedMethodRef: card.method_ref };
}

/** It broke before the confirm: a try that was never sent cannot make money, so the payer may press again at once. */
async function endUnsent({ db, clock }: PaymentParts, attempt: Attempt): Promise<void> {
  await db.tx(async () => {
    if (!(await moveAttempt(db, attempt.id, 'abandoned', { ended_at: nowIso(clock) }, ['started']))) return;
    await movePayment(db, attempt.paymentId, 'ready', { in_flight_since: null }, ['confirming']);
  });
}

/** Where a bank's own page sends the payer back to. */
async function returnUrlOf({ db, config, linkTokens }: PaymentParts, payment: Payment): Promise<string> {
  const link = payment.linkId ? await findLink(db, payment.linkId) : undefined;
  if (!link) return `${config.baseUrl}${paths.home()}`;
  return `${config.baseUrl}${paths.payReturn(linkTokens.sign('pay', link.id, link.createdAt))}`;
}
