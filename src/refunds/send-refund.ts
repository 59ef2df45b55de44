import { gatewayOf } from '../accounts/accounts.store.ts';
import {
  type Gateway,
  GatewayError,
  type GatewayErrorKind,
  type GatewayRefund,
  isRefusedByGateway,
} from '../gateway/gateway.ts';
import { lockPayables } from '../payables/payables.store.ts';
import { isHeldByDispute } from '../payments/disputes-of-payment.store.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { bookRefund, failureOf } from './book-refund.ts';
import type { Refund, RefundState } from './refund.ts';
import { documentsOfRefund, moveRefund, readRefund } from './refunds.store.ts';
import { settleRefund } from './settle-refund.ts';

/** Gateways forget idempotency keys after a day (docs.stripe.com/api/idempotent_requests): look up before acting by then. */
const KEYS_HOLD_MS = 23 * HOUR_MS;
/**
 * A gateway that broke keeps that answer under the key, though the refund may appear later. Only when our mark is still not
 * in its list this long after, with nothing sent meanwhile, the next key may make it.
 */
const BROKEN_KEY_REST_MS = 10 * MINUTE_MS;
/** Besides refusals: it broke while it worked, or the key stands for a refund in other words. */
const KEPT: GatewayErrorKind[] = ['server-error', 'key-taken'];

/**
 * Has a reserved refund made at the gateway and settles it. May be repeated at any time: our key, and past its life our
 * mark on it, make it one refund. Gives the state it then has.
 * Errors: GatewayError when nobody can say yet whether it was made; the sweeper asks again.
 */
export async function sendRefund(parts: PaymentParts, refundId: string): Promise<RefundState> {
  const { db, clock } = parts;
  const refund = await readRefund(db, refundId);
  if (refund.gatewayRef) return settleRefund(parts, refundId);
  if (refund.method !== 'card' || !['reserved', 'sent'].includes(refund.state)) return refund.state;
  // While a bank disputes the payment nothing is given back besides: it waits, and the sweeper asks again.
  if (refund.state === 'reserved' && (await isHeldByDispute(db, refund.paymentId ?? ''))) return refund.state;
  await moveRefund(db, refundId, 'sent', { sent_at: nowIso(clock) }, ['reserved']);
  const made = await makeOrFind(parts, await gatewayOf(parts, refund.accountId ?? ''), refund).catch((error) =>
    refusalOf(error),
  );
  if ('code' in made) await failUnmade(parts, refund, made.code);
  else await nameRefund(parts, refundId, made.ref);
  return settleRefund(parts, refundId);
}

/** A refusal is the gateway's word that nothing came of it; anything else leaves a doubt. */
function refusalOf(error: unknown): { code: string } {
  if (!isRefusedByGateway(error)) throw error;
  return { code: (error as GatewayError).code };
}

async function failUnmade(parts: PaymentParts, refund: Refund, code: string): Promise<void> {
  await parts.db.tx(async () => {
    await lockPayables(parts.db, await documentsOfRefund(parts.db, refund));
    // A message of the gateway may have named it meanwhile: then it was made, and its own word counts.
    const unmade = await parts.db.q
      .updateTable('refund')
      .set({ next_look_at: null })
      .where('id', '=', refund.id)
      .where('gateway_ref', 'is', null)
      .executeTakeFirst();
    if (unmade.numUpdatedRows === 1n) await bookRefund(parts, refund.id, failureOf('failed', code));
  });
}

async function nameRefund({ db }: PaymentParts, refundId: string, gatewayRef: string): Promise<void> {
  await db.q
    .updateTable('refund')
    .set({ gateway_ref: gatewayRef })
    .where('id', '=', refundId)
    .where('gateway_ref', 'is', null)
    .execute();
}

async function makeOrFind(parts: PaymentParts, gateway: Gateway, refund: Refund): Promise<GatewayRefund> {
  const since = (iso: string) => parts.clock.now().getTime() - Date.parse(iso);
  if (refund.brokeAt || since(refund.createdAt) > KEYS_HOLD_MS) {
    const found = await findByReference(gateway, refund);
    if (found) return found;
  }
  if (!refund.brokeAt) return makeUnderKey(parts, gateway, refund);
  if (since(refund.brokeAt) < BROKEN_KEY_REST_MS) {
    throw new GatewayError('server-error', 'key-rests', `the gateway broke at ${refund.brokeAt}; it is given time`);
  }
  await leaveKey(parts, refund);
  return makeUnderKey(parts, gateway, await readRefund(parts.db, refund.id));
}

async function makeUnderKey(parts: PaymentParts, gateway: Gateway, refund: Refund): Promise<GatewayRefund> {
  try {
    return await make(parts, gateway, refund);
  } catch (error) {
    if (!isKeptUnderKey(error)) throw error;
    const broke = (error as GatewayError).kind === 'server-error';
    if (broke) await restKey(parts, refund);
    const found = await findByReference(gateway, refund);
    if (found) return found;
    // The same words would be refused again, and what broke may still appear; a key that was taken made nothing of ours.
    if (broke || isRefusedByGateway(error)) throw error;
    await leaveKey(parts, refund);
    return make(parts, gateway, await readRefund(parts.db, refund.id));
  }
}

/** From now on nothing is sent under this key: the time runs from the last answer that it broke. */
async function restKey({ db, clock }: PaymentParts, refund: Refund): Promise<void> {
  await db.q
    .updateTable('refund')
    .set({ broke_at: nowIso(clock) })
    .where('id', '=', refund.id)
    .where('create_tries', '=', refund.createTries)
    .execute();
}

function isKeptUnderKey(error: unknown): boolean {
  return isRefusedByGateway(error) || (error instanceof GatewayError && KEPT.includes(error.kind));
}

/** Whoever comes meanwhile leaves the same key and goes on under the same next one. */
async function leaveKey({ db }: PaymentParts, refund: Refund): Promise<void> {
  await db.q
    .updateTable('refund')
    .set({ create_tries: refund.createTries + 1, broke_at: null })
    .where('id', '=', refund.id)
    .where('create_tries', '=', refund.createTries)
    .execute();
}

async function make({ db }: PaymentParts, gateway: Gateway, refund: Refund): Promise<GatewayRefund> {
  const payment = await db.read
    .selectFrom('payment')
    .select('gateway_ref')
    .where('id', '=', refund.paymentId ?? '')
    .executeTakeFirstOrThrow();
  return gateway.createRefund({
    paymentRef: payment.gateway_ref ?? '',
    sum: { amountMinor: refund.amountMinor, currency: refund.currency },
    reference: refund.id,
    key: `refund-${refund.id}-${refund.createTries}`,
  });
}

async function findByReference(gateway: Gateway, refund: Refund): Promise<GatewayRefund | undefined> {
  const since = new Date(Date.parse(refund.createdAt) - HOUR_MS).toISOString();
  for await (const made of gateway.listRefunds(since)) {
    if (made.reference === refund.id) return made;
  }
  return undefined;
}
