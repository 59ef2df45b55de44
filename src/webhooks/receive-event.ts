import { gatewayOf, webhookSecretsOf } from '../accounts/accounts.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';

/**
 * A letter of the gateway: checks the seal on the raw bytes, files it once, and gives the id it is filed under.
 * Handling comes after the thanks. Errors: Refusal `bad-seal` (400), 404 for an account that does not exist.
 */
export async function receiveEvent(
  parts: PaymentParts,
  letter: { accountId: string; rawBody: Buffer; signature: string },
): Promise<string> {
  const { db, clock } = parts;
  const gateway = await gatewayOf(parts, letter.accountId);
  const secrets = await webhookSecretsOf(parts, letter.accountId);
  const event = await opened(() => gateway.readEvent(letter.rawBody, letter.signature, secrets));

  await db.q
    .insertInto('webhook_event')
    .values({
      id: newId('evt'),
      account_id: letter.accountId,
      event_id: event.id,
      type: event.type,
      object_ref: event.paymentRef ?? event.objectRef,
      // Only what it is about: the truth is read from the gateway, and payloads hold client secrets.
      payload: JSON.stringify({ type: event.type, objectRef: event.objectRef, createdAt: event.createdAt }),
      received_at: nowIso(clock),
      state: 'filed',
      tries: 0,
      next_try_at: nowIso(clock),
      last_error: null,
      handled_at: null,
    })
    .onConflict((clash) => clash.columns(['account_id', 'event_id']).doNothing())
    .execute();
  const filed = await db.q
    .selectFrom('webhook_event')
    .select('id')
    .where('account_id', '=', letter.accountId)
    .where('event_id', '=', event.id)
    .executeTakeFirstOrThrow();
  return filed.id;
}

async function opened<T>(read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw new Refusal('bad-seal', 400, 'The signature does not fit.', { cause: error });
  }
}
