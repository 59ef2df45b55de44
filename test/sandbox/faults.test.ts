import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const VISA = { payment_method: 'pm_card_visa', return_url: 'http://portal.test/' };
interface Holds {
  held: Record<string, number>;
}
let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterEach(() => play.control('DELETE', '/faults'));
afterAll(() => play.close());

const fault = (rule: object) => play.control('POST', '/faults', { match: CONFIRM, ...rule });
const statusOf = async (id: string) => (await play.stripe.paymentIntents.retrieve(id)).status;

/** Confirms with the SDK's own client, which gives up after 300 ms. */
async function confirmed(id: string, idempotencyKey?: string): Promise<string> {
  const options = idempotencyKey ? { idempotencyKey } : {};
  return play.plainStripe.paymentIntents.confirm(id, VISA, options).then(
    (intent) => intent.status,
    (error: { type: string }) => error.type,
  );
}

test('a timeout before the deed leaves nothing behind', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'timeout_before' });
  expect(await confirmed(id)).toBe('StripeConnectionError');
  expect(await statusOf(id)).toBe('requires_payment_method');
  expect(await confirmed(id)).toBe('succeeded');
});

test('a timeout after the deed hides a payment that happened, and its key tells', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'timeout_after' });
  expect(await confirmed(id, 'after')).toBe('StripeConnectionError');
  expect(await statusOf(id)).toBe('succeeded');
  expect(await confirmed(id, 'after')).toBe('succeeded');
});

test('an error before the deed is kept under the key, and so is one after it', async () => {
  const before = await play.newIntent();
  await fault({ do: '500_before' });
  expect(await confirmed(before.id, 'err1')).toBe('StripeAPIError');
  expect(await confirmed(before.id, 'err1')).toBe('StripeAPIError');
  expect(await statusOf(before.id)).toBe('requires_payment_method');

  const after = await play.newIntent();
  await fault({ do: '500_after' });
  expect(await confirmed(after.id, 'err2')).toBe('StripeAPIError');
  expect(await confirmed(after.id, 'err2')).toBe('StripeAPIError');
  expect(await statusOf(after.id)).toBe('succeeded');
});

test('a refused connection and a cut answer are connection errors once the SDK’s own retry is used up', async () => {
  const refused = await play.newIntent();
  await fault({ do: 'refuse', times: 2 });
  expect(await confirmed(refused.id)).toBe('StripeConnectionError');
  expect(await statusOf(refused.id)).toBe('requires_payment_method');

  const cut = await play.newIntent();
  await fault({ do: 'reset_after', times: 2 });
  expect(await confirmed(cut.id)).toBe('StripeConnectionError');
  expect(await statusOf(cut.id)).toBe('succeeded');
});

test('too many requests and a busy key are answered without a deed', async () => {
  const { id } = await play.newIntent();
  await fault({ do: '429' });
  await fault({ do: '409' });
  const confirm = () => play.stripe.paymentIntents.confirm(id, VISA);
  expect(await refusal(confirm())).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError' });
  expect(await refusal(confirm())).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  expect(await statusOf(id)).toBe('requires_payment_method');
});

test('a slow answer still arrives, and a rule is used as often as it says', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'slow', delayMs: 120 });
  const start = performance.now();
  await play.stripe.paymentIntents.confirm(id, VISA);
  expect(performance.now() - start).toBeGreaterThan(110);
  expect(await play.control('GET', '/faults')).toMatchObject({ rules: [] });
});

test('a request that is held before the deed does nothing when its client hangs up', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'hold_before', hold: 'h' });
  expect(await confirmed(id)).toBe('StripeConnectionError');
  for (let held = 1; held > 0; ) held = (await play.control<Holds>('GET', '/faults')).held.h ?? 0;
  await play.control('POST', '/release', { hold: 'h' });
  expect(await statusOf(id)).toBe('requires_payment_method');
});

test('a held request goes on when it is released', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'hold_before', hold: 'h' });
  const paying = play.stripe.paymentIntents.confirm(id, VISA);
  for (;;) {
    if ((await play.control<Holds>('GET', '/faults')).held.h) break;
  }
  expect(await statusOf(id)).toBe('requires_payment_method');
  expect(await play.control('POST', '/release', { hold: 'h' })).toEqual({ released: 1 });
  expect((await paying).status).toBe('succeeded');
});

test('a payment may be in processing until the bank has answered', async () => {
  const { id } = await play.newIntent();
  await fault({ do: 'processing' });
  const waiting = await play.stripe.paymentIntents.confirm(id, VISA);
  expect(waiting).toMatchObject({ status: 'processing', latest_charge: null });
  expect(await refusal(play.stripe.paymentIntents.cancel(id))).toMatchObject({ statusCode: 400 });
  await play.control('POST', `/payment_intents/${id}/settle`);
  expect(await statusOf(id)).toBe('succeeded');

  const second = await play.newIntent();
  await fault({ do: 'processing' });
  await play.stripe.paymentIntents.confirm(second.id, VISA);
  await play.control('POST', `/payment_intents/${second.id}/settle`, { outcome: 'fail' });
  expect(await statusOf(second.id)).toBe('requires_payment_method');
});

test('rules match by account', async () => {
  await fault({ match: { account: 'acct_other' }, do: '429' });
  expect((await play.stripe.customers.create({})).id).toMatch(/^cus_/);
  expect(await refusal(play.other.customers.create({}))).toMatchObject({ statusCode: 429 });
});

test('the ledger and the request log tell what the gateway saw, without secrets', async () => {
  const { id } = await play.newIntent({ metadata: { payment: 'told' } });
  await refusal(play.stripe.paymentIntents.confirm(id, { ...VISA, payment_method: 'pm_card_chargeDeclined' }));
  await play.stripe.paymentIntents.confirm(id, VISA);
  const ledger = await play.control<{ payment_intents: object[] }>('GET', '/ledger?account=acct_acme');
  expect(ledger.payment_intents[0]).toMatchObject({
    ...{ id, status: 'succeeded', amount: 1250, amount_received: 1250, confirms: 2, metadata: { payment: 'told' } },
    charges: [expect.any(String), expect.any(String)],
  });
  const log = await play.control<{ counts: Record<string, number> }>('GET', '/requests');
  expect(log.counts[`POST /v1/payment_intents/${id}/confirm`]).toBe(2);
  expect(JSON.stringify(log)).not.toMatch(/sk_test|pm_card/);
});

test('the clock of the gateway can be moved', async () => {
  await play.control('POST', '/clock', { nowMs: Date.UTC(2031, 0, 1) });
  expect(new Date((await play.newIntent()).created * 1000).getUTCFullYear()).toBe(2031);
});

test('the control side needs its header', async () => {
  expect((await fetch(`${play.apiUrl}/_control/ledger`)).status).toBe(403);
});
