import type { WebhookEvent } from '../accounts/account.ts';
import { gatewayOf } from '../accounts/accounts.store.ts';
import { findSetupByRef } from '../cards/card-setups.store.ts';
import { refreshCard } from '../cards/refresh-card.ts';
import { settleSetup } from '../cards/settle-setup.ts';
import { openCase } from '../cases/open-case.ts';
import { takeInDispute } from '../disputes/take-in-dispute.ts';
import { hearOfPayment } from '../payments/hear-of-payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { hearOfPayout } from '../payouts/hear-of-payout.ts';
import { wantReading } from '../payouts/want-reading.ts';
import { laterIso, MINUTE_MS, nowIso, SECOND_MS } from '../platform/clock.ts';
import { hearOfRefund } from '../refunds/hear-of-refund.ts';

/** `paymentRef` is the gateway's name of the payment concerned, `objectRef` that of what the message is about itself. */
type Deed = (parts: PaymentParts, accountId: string, paymentRef: string, objectRef: string) => Promise<void>;

/** What a kind of message leads to: those that the account page asks for; others are filed and left alone. */
const DEEDS: Record<WebhookEvent, Deed> = {
  'payment_intent.succeeded': settleFor,
  'payment_intent.payment_failed': settleFor,
  'payment_intent.processing': settleFor,
  'payment_intent.requires_action': settleFor,
  'payment_intent.canceled': settleFor,
  'charge.succeeded': settleFor,
  'charge.failed': settleFor,
  'setup_intent.succeeded': settleSetupFor,
  'setup_intent.setup_failed': settleSetupFor,
  'payment_method.updated': refreshCardOf,
  'payment_method.automatically_updated': refreshCardOf,
  'payment_method.detached': refreshCardOf,
  'refund.created': hearFor,
  'refund.updated': hearFor,
  'refund.failed': hearFor,
  'charge.dispute.created': takeInFor,
  'charge.dispute.updated': takeInFor,
  'charge.dispute.closed': takeInFor,
  'charge.dispute.funds_withdrawn': takeInFor,
  'charge.dispute.funds_reinstated': takeInFor,
  'charge.updated': readFor,
  'payout.created': hearOfPayoutFor,
  'payout.updated': hearOfPayoutFor,
  'payout.paid': hearOfPayoutFor,
  'payout.failed': hearOfPayoutFor,
  'payout.canceled': hearOfPayoutFor,
  'payout.reconciliation_completed': hearOfPayoutFor,
};

const CLAIM_MS = MINUTE_MS;
const MOST_TRIES = 20;

/**
 * Does what a filed message asks for; it counts as handled only when the deed has committed. The deed is idempotent, so
 * a message handled twice is harmless; one that fails is left to be tried again, and in the end to a person.
 */
export async function handleEvent(parts: PaymentParts, id: string): Promise<void> {
  const { db, clock } = parts;
  const event = await db.q
    .updateTable('webhook_event')
    .set((was) => ({ next_try_at: laterIso(clock, CLAIM_MS), tries: was('tries', '+', 1) }))
    .where('id', '=', id)
    .where('state', 'in', ['filed', 'failed'])
    .where('next_try_at', '<=', nowIso(clock))
    .returning(['account_id', 'type', 'object_ref', 'payload', 'tries'])
    .executeTakeFirst();
  if (!event) return;
  try {
    const { objectRef } = JSON.parse(event.payload) as { objectRef: string };
    await DEEDS[event.type as WebhookEvent]?.(parts, event.account_id, event.object_ref, objectRef);
    await db.q
      .updateTable('webhook_event')
      .set({ state: 'handled', handled_at: nowIso(clock), next_try_at: null, last_error: null })
      .where('id', '=', id)
      .execute();
  } catch (error) {
    parts.log.warn({ err: error, eventId: id }, 'a message of the gateway could not be handled yet');
    await leaveForLater(parts, id, event.tries, error as Error);
  }
}

async function hearFor(parts: PaymentParts, accountId: string, _paymentRef: string, objectRef: string): Promise<void> {
  await hearOfRefund(parts, accountId, objectRef);
}

async function takeInFor(
  parts: PaymentParts,
  accountId: string,
  _paymentRef: string,
  objectRef: string,
): Promise<void> {
  await takeInDispute(parts, accountId, objectRef);
}

/** The money of a charge was booked at the gateway: its fee is known now. */
async function readFor(parts: PaymentParts, accountId: string): Promise<void> {
  await wantReading(parts, accountId);
}

async function hearOfPayoutFor(
  parts: PaymentParts,
  accountId: string,
  _paymentRef: string,
  objectRef: string,
): Promise<void> {
  await hearOfPayout(parts, accountId, objectRef);
}

async function settleFor(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  await hearOfPayment(parts, accountId, gatewayRef);
}

/** The same for a card that is kept without a payment; the message may come before the answer that names it. */
async function settleSetupFor(parts: PaymentParts, accountId: string, gatewayRef: string): Promise<void> {
  const known = await findSetupByRef(parts.db, accountId, gatewayRef);
  if (known) {
    await settleSetup(parts, known.id);
    return;
  }
  const { reference } = await (await gatewayOf(parts, accountId)).readSetup(gatewayRef);
  if (!reference) return;
  const adopted = await parts.db.q
    .updateTable('card_setup')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', reference)
    .where('account_id', '=', accountId)
    .where('gateway_ref', 'is', null)
    .executeTakeFirst();
  if (adopted.numUpdatedRows === 1n) await settleSetup(parts, reference);
}

async function refreshCardOf(parts: PaymentParts, accountId: string, methodRef: string): Promise<void> {
  await refreshCard(parts, { accountId, methodRef });
}

async function leaveForLater(parts: PaymentParts, id: string, tries: number, error: Error): Promise<void> {
  const { db, clock } = parts;
  const backOffMs = Math.min(10 * SECOND_MS * 2 ** tries, 6 * 60 * MINUTE_MS);
  const last = tries >= MOST_TRIES;
  await db.tx(async () => {
    await db.q
      .updateTable('webhook_event')
      .set({
        state: 'failed',
        last_error: error.message.slice(0, 300),
        next_try_at: last ? null : laterIso(clock, backOffMs),
      })
      .where('id', '=', id)
      .execute();
    if (!last) return;
    await openCase(parts, {
      kind: 'failed-webhook',
      dedupeKey: `webhook-${id}`,
      subjectKind: 'webhook',
      subjectId: id,
      summary:
        'A message of the gateway could not be handled after many tries. The payment it is about may need a look.',
      detail: { error: error.message.slice(0, 300) },
    });
  });
}
