import { gatewayOf } from '../accounts/accounts.store.ts';
import { ensureGatewayCustomer } from '../accounts/ensure-gateway-customer.ts';
import {
  type Gateway,
  GatewayError,
  type GatewayErrorKind,
  type GatewayPayment,
  isRefusedByGateway,
} from '../gateway/gateway.ts';
import { HOUR_MS } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { cancelIntent } from './cancel-intent.ts';
import type { Payment } from './payment.ts';
import type { PaymentParts } from './payment-parts.ts';
import { readPayment } from './payments.store.ts';

/** Gateways forget idempotency keys after a day (docs.stripe.com/api/idempotent_requests): look up before acting by then. */
const KEYS_HOLD_MS = 23 * HOUR_MS;
/** Besides refusals: it broke while it worked, or the key stands for a create in other words. */
const KEPT: GatewayErrorKind[] = ['server-error', 'key-taken'];

/**
 * Makes sure that the payment exists at the gateway, unconfirmed, for today's amount, and that we know its name.
 * May be repeated at any time: it never confirms. Gives the gateway's name. Errors: GatewayError.
 */
export async function ensureIntent(parts: PaymentParts, payment: Payment): Promise<string> {
  const gateway = await gatewayOf(parts, payment.accountId);
  if (payment.gatewayRef) {
    const known = await gateway.readPayment(payment.gatewayRef);
    await agreeAmount(gateway, payment, known);
    return known.ref;
  }
  const made = await makeOrFind(parts, gateway, payment);
  await parts.db.q
    .updateTable('payment')
    .set({ gateway_ref: made.ref })
    .where('id', '=', payment.id)
    .where('gateway_ref', 'is', null)
    .execute();
  const now = await readPayment(parts.db, payment.id);
  if (now.gatewayRef !== made.ref) {
    // It got its name from somebody else: that one is the payment, and ours must never stay open.
    await cancelIntent(gateway, made.ref);
    return ensureIntent(parts, now);
  }
  // Given up here while it was made there: nobody will confirm it, and nothing may stay open.
  if (now.state === 'cancelled') await cancelIntent(gateway, made.ref);
  else await agreeAmount(gateway, payment, made);
  return made.ref;
}

async function makeOrFind(parts: PaymentParts, gateway: Gateway, payment: Payment): Promise<GatewayPayment> {
  const ageMs = parts.clock.now().getTime() - Date.parse(payment.createdAt);
  if (ageMs > KEYS_HOLD_MS) {
    const found = await findByReference(gateway, payment);
    if (found) return found;
  }
  try {
    return await make(parts, gateway, payment);
  } catch (error) {
    if (!isKeptUnderKey(error)) throw error;
    const found = await findByReference(gateway, payment);
    if (found) return found;
    await leaveKey(parts, payment);
    // The same words would be refused again; after anything else the next key makes it.
    if (isRefusedByGateway(error)) throw error;
    return make(parts, gateway, await readPayment(parts.db, payment.id));
  }
}

/** True for an answer that the gateway gives again whenever the key is used (docs.stripe.com/api/idempotent_requests). */
function isKeptUnderKey(error: unknown): boolean {
  return isRefusedByGateway(error) || (error instanceof GatewayError && KEPT.includes(error.kind));
}

/** Whoever comes meanwhile leaves the same key and goes on under the same next one. */
async function leaveKey({ db }: PaymentParts, payment: Payment): Promise<void> {
  await db.q
    .updateTable('payment')
    .set({ create_tries: payment.createTries + 1 })
    .where('id', '=', payment.id)
    .where('create_tries', '=', payment.createTries)
    .execute();
}

async function make(parts: PaymentParts, gateway: Gateway, payment: Payment): Promise<GatewayPayment> {
  return gateway.createPayment(await newGatewayPayment(parts, gateway, payment));
}

async function newGatewayPayment(parts: PaymentParts, gateway: Gateway, payment: Payment) {
  const { db } = parts;
  const documents = await db.read
    .selectFrom('payment_payable')
    .innerJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .select('payable.number')
    .where('payment_id', '=', payment.id)
    .orderBy('payable.id')
    .execute();
  const { statement_suffix } = await db.read
    .selectFrom('account')
    .select('statement_suffix')
    .where('id', '=', payment.accountId)
    .executeTakeFirstOrThrow();
  return {
    sum: { amountMinor: payment.amountMinor, currency: payment.currency },
    customerRef: await ensureGatewayCustomer(parts, gateway, {
      customerId: payment.customerId,
      accountId: payment.accountId,
      // The payment's id, not the customer's: name and e-mail may have changed since a try that was lost.
      key: `customer-${payment.id}-${payment.createTries}`,
    }),
    reference: payment.id,
    description: documents
      .map((document) => document.number)
      .join(', ')
      .slice(0, 500),
    statementSuffix: statement_suffix,
    key: `create-${payment.id}-${payment.createTries}`,
  };
}

async function findByReference(gateway: Gateway, payment: Payment): Promise<GatewayPayment | undefined> {
  const since = new Date(Date.parse(payment.createdAt) - HOUR_MS).toISOString();
  for await (const made of gateway.listPayments(since)) {
    if (made.reference === payment.id) return made;
  }
  return undefined;
}

/** A re-agreed amount is told to the gateway before anybody confirms. */
async function agreeAmount(gateway: Gateway, payment: Payment, there: GatewayPayment): Promise<void> {
  if (there.money.amountMinor === payment.amountMinor || there.status !== 'needs-card') return;
  const sum = { amountMinor: payment.amountMinor, currency: payment.currency };
  // A key of its own each time: to set a sum twice does no harm, and an error from a moment ago must not be replayed.
  await gateway.changeAmount(there.ref, sum, `amount-${newId('req')}`);
}
