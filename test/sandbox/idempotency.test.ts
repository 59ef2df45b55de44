import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

const SUM = 'amount=1250&currency=usd&allowed_payment_method_types[0]=card';

async function post(path: string, body: string, key: string, secret = 'sk_test_acme') {
  const answer = await fetch(`${play.apiUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'idempotency-key': key },
    body,
  });
  return { status: answer.status, replayed: answer.headers.get('idempotent-replayed'), text: await answer.text() };
}

test('the same request under the same key gets the same bytes', async () => {
  const first = await post('/v1/payment_intents', SUM, 'same');
  const second = await post('/v1/payment_intents', SUM, 'same');
  expect(first).toMatchObject({ status: 200, replayed: null });
  expect(second).toEqual({ ...first, replayed: 'true' });
});

test('the SDK can tell that an answer was a repeated one', async () => {
  const make = () => play.plainStripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'sdk' });
  const [first, second] = [await make(), await make()];
  expect(second.id).toBe(first.id);
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
});

test('a key cannot be used for anything else', async () => {
  await play.stripe.customers.create({ name: 'Ann' }, { idempotencyKey: 'mine' });
  const others = [
    play.stripe.customers.create({ name: 'Bob' }, { idempotencyKey: 'mine' }),
    play.stripe.setupIntents.create({}, { idempotencyKey: 'mine' }),
  ];
  for (const other of others) {
    expect(await refusal(other)).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  }
});

test('each account has its own keys', async () => {
  const mine = await post('/v1/customers', 'name=Ann', 'shared');
  const theirs = await post('/v1/customers', 'name=Ann', 'shared', 'sk_test_other');
  expect(theirs.replayed).toBeNull();
  expect(theirs.text).not.toBe(mine.text);
});

test('a refused parameter leaves the key free, a decline does not', async () => {
  expect((await post('/v1/payment_intents', 'amount=1&currency=usd', 'free')).status).toBe(400);
  expect((await post('/v1/payment_intents', SUM, 'free')).status).toBe(200);

  const declined = `${SUM}&confirm=true&payment_method=pm_card_chargeDeclined`;
  const first = await post('/v1/payment_intents', declined, 'declined');
  const second = await post('/v1/payment_intents', declined, 'declined');
  expect(first.status).toBe(402);
  expect(second).toEqual({ ...first, replayed: 'true' });
});

test('a key whose request is not finished is in use', async () => {
  const path = '/v1/customers';
  await play.control('POST', '/faults', { match: { method: 'POST', path }, do: 'hold_after', hold: 'busy' });
  const first = post(path, 'name=Ann', 'busy');
  await heldAs('busy');
  const second = await post(path, 'name=Ann', 'busy');
  expect(second.status).toBe(409);
  expect(JSON.parse(second.text).error).toMatchObject({ type: 'idempotency_error', code: 'idempotency_key_in_use' });
  await play.control('POST', '/release', { hold: 'busy' });
  expect((await first).status).toBe(200);
  expect((await post(path, 'name=Ann', 'busy')).replayed).toBe('true');
});

test('keys are forgotten after a day', async () => {
  const first = await post('/v1/customers', 'name=Ann', 'day');
  await play.control('POST', '/clock', { advanceMs: 25 * 3_600_000 });
  expect((await post('/v1/customers', 'name=Ann', 'day')).text).not.toBe(first.text);
  await play.control('POST', '/forget_idempotency_keys');
  expect((await post('/v1/customers', 'name=Ann', 'day')).replayed).toBeNull();
});

test('a key may have 255 characters', async () => {
  expect((await post('/v1/customers', '', 'k'.repeat(255))).status).toBe(200);
  expect((await post('/v1/customers', '', 'k'.repeat(256))).status).toBe(400);
});

async function heldAs(name: string): Promise<void> {
  for (;;) {
    const { held } = await play.control<{ held: Record<string, number> }>('GET', '/faults');
    if (held[name]) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
