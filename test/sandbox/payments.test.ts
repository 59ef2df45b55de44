import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACME, type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

test('an intent is made, confirmed with a token and paid', async () => {
  const customer = await play.stripe.customers.create({ name: 'Ann', email: 'ann@example.com' });
  const intent = await play.newIntent({ customer: customer.id, metadata: { payment: 'p1' } });
  expect(intent).toMatchObject({
    status: 'requires_payment_method',
    capture_method: 'automatic_async',
    livemode: false,
  });
  expect(intent.allowed_payment_method_types).toEqual(['card']);

  const paid = await play.stripe.paymentIntents.confirm(intent.id, {
    confirmation_token: await play.tokenFor('4242424242424242'),
    use_stripe_sdk: true,
    return_url: 'http://portal.test/return',
    expand: ['latest_charge', 'payment_method', 'customer'],
  });
  expect(paid).toMatchObject({
    status: 'succeeded',
    amount_received: 1250,
    customer: { id: customer.id, name: 'Ann' },
  });
  expect(paid.latest_charge).toMatchObject({ paid: true, payment_intent: intent.id, metadata: { payment: 'p1' } });
  expect(paid.payment_method).toMatchObject({ card: { last4: '4242', brand: 'visa' }, customer: null });
});

test('creating and confirming in one request works as well', async () => {
  const paid = await play.newIntent({
    confirm: true,
    payment_method: 'pm_card_mastercard',
    return_url: 'http://portal.test/',
  });
  expect(paid.status).toBe('succeeded');
});

test('the money is booked a moment after the payment, unless it was asked for at once', async () => {
  const later = await play.newIntent({ confirm: true, payment_method: 'pm_card_visa' });
  const read = () => play.stripe.paymentIntents.retrieve(later.id, { expand: ['latest_charge.balance_transaction'] });
  expect(await read()).toMatchObject({ latest_charge: { balance_transaction: null } });
  await play.control('POST', '/webhooks/flush');
  expect(await read()).toMatchObject({ latest_charge: { balance_transaction: { amount: 1250, fee: 66, net: 1184 } } });

  const now = await play.newIntent({ confirm: true, payment_method: 'pm_card_visa', capture_method: 'automatic' });
  const charge = await play.stripe.charges.retrieve(String(now.latest_charge));
  expect(charge.balance_transaction).toMatch(/^txn_/);
});

test('the balance adds up what was paid', async () => {
  const own = await playSandbox({ accounts: [{ ...ACME, defaultCurrency: 'eur' }] });
  try {
    const pay = { confirm: true, capture_method: 'automatic', currency: 'eur' } as const;
    await own.newIntent({ ...pay, payment_method: 'pm_card_visa' });
    await own.newIntent({ ...pay, payment_method: 'pm_card_bypassPending' });
    const balance = await own.stripe.balance.retrieve();
    expect(balance.pending).toMatchObject([{ amount: 1184, currency: 'eur' }]);
    expect(balance.available).toMatchObject([{ amount: 1184, currency: 'eur' }]);
    const booked = await own.stripe.balanceTransactions.list({ type: 'charge' });
    expect(booked.data).toHaveLength(2);
    expect(await own.stripe.balanceTransactions.retrieve(booked.data[0]!.id)).toMatchObject({ net: 1184 });
  } finally {
    await own.close();
  }
});

test('payment_method_types is refused with the code of this version', async () => {
  const error = await refusal(play.newIntent({ payment_method_types: ['card'] } as object));
  expect(error).toMatchObject({ statusCode: 400, code: 'payment_method_types_no_longer_supported' });
});

test.each([
  ['automatic_payment_methods', { enabled: true }],
  ['excluded_payment_method_types', ['klarna']],
  ['payment_method_configuration', 'pmc_1'],
])('allowed_payment_method_types does not go with %s', async (name, value) => {
  const error = await refusal(play.newIntent({ [name]: value }));
  expect(error).toMatchObject({ statusCode: 400, param: 'allowed_payment_method_types' });
});

test('an unknown parameter is named', async () => {
  const error = await refusal(play.newIntent({ payment_method_options: { card: { mood: 'good' } } } as object));
  expect(error).toMatchObject({
    code: 'parameter_unknown',
    param: 'payment_method_options[card][mood]',
    type: 'StripeInvalidRequestError',
  });
});

test.each([
  [{ amount: 49, currency: 'usd' }, 'amount_too_small'],
  [{ amount: 29, currency: 'gbp' }, 'amount_too_small'],
  [{ amount: 49, currency: 'jpy' }, 'amount_too_small'],
  [{ amount: 100_000_000, currency: 'usd' }, 'amount_too_large'],
  [{ amount: 12.5, currency: 'usd' }, 'parameter_invalid_integer'],
  [{ amount: -5, currency: 'usd' }, 'parameter_invalid_integer'],
  [{ amount: 1005, currency: 'kwd' }, 'parameter_invalid_integer'],
  [{ amount: 550, currency: 'isk' }, 'parameter_invalid_integer'],
  [{ amount: 550, currency: 'ugx' }, 'parameter_invalid_integer'],
  [{ amount: undefined as unknown as number, currency: 'usd' }, 'parameter_missing'],
])('the sum %j is refused: %s', async (sum, code) => {
  const error = await refusal(play.newIntent(sum));
  expect(error).toMatchObject({ statusCode: 400, code, param: 'amount' });
});

test.each([
  { amount: 99_999_999, currency: 'usd' },
  { amount: 1010, currency: 'kwd' },
  { amount: 500, currency: 'isk' },
  { amount: 50, currency: 'jpy' },
])('the sum %j is taken', async (sum) => {
  expect(await play.newIntent(sum)).toMatchObject(sum);
});

test('a card payment takes a descriptor suffix but no descriptor', async () => {
  const error = await refusal(play.newIntent({ statement_descriptor: 'ACME' }));
  expect(error.param).toBe('statement_descriptor');
  const paid = await play.newIntent({
    statement_descriptor_suffix: 'INV 7',
    confirm: true,
    payment_method: 'pm_card_visa',
    expand: ['latest_charge'],
  });
  expect(paid.latest_charge).toMatchObject({ calculated_statement_descriptor: 'ACME* INV 7' });
  expect((await refusal(play.newIntent({ statement_descriptor_suffix: '1234' }))).param).toBe(
    'statement_descriptor_suffix',
  );
});

test('a paid intent can be neither confirmed, nor cancelled, nor changed in its sum', async () => {
  const { id } = await play.newIntent({ confirm: true, payment_method: 'pm_card_visa' });
  const intents = play.stripe.paymentIntents;
  for (const attempt of [
    intents.confirm(id, { payment_method: 'pm_card_visa' }),
    intents.cancel(id),
    intents.update(id, { amount: 999 }),
  ]) {
    const error = await refusal(attempt);
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent).toMatchObject({ id, status: 'succeeded' });
  }
  expect((await intents.update(id, { metadata: { note: 'later' } })).metadata).toEqual({ note: 'later' });
});

test('an unpaid intent changes its sum, and can be cancelled once', async () => {
  const { id } = await play.newIntent();
  expect((await play.stripe.paymentIntents.update(id, { amount: 2000 })).amount).toBe(2000);
  const canceled = await play.stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
  expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
  expect(canceled.canceled_at).toBeGreaterThan(0);
  expect(await refusal(play.stripe.paymentIntents.cancel(id))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('a reserved sum is captured once, or released', async () => {
  const hold = { confirm: true, payment_method: 'pm_card_visa', capture_method: 'manual' } as const;
  const held = await play.newIntent(hold);
  expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1250, amount_received: 0 });
  const captured = await play.stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
  expect(captured).toMatchObject({ status: 'succeeded', amount_received: 1000, amount_capturable: 0 });
  expect(await refusal(play.stripe.paymentIntents.capture(held.id))).toMatchObject({ statusCode: 400 });
  const second = await play.newIntent(hold);
  expect((await play.stripe.paymentIntents.cancel(second.id)).status).toBe('canceled');
});

test('intents are listed newest first, in pages, and found by our reference', async () => {
  const customer = await play.stripe.customers.create({});
  const made = [];
  for (let n = 0; n < 3; n += 1) {
    made.push(await play.newIntent({ customer: customer.id, metadata: { payment: `page-${n}` } }));
  }
  const first = await play.stripe.paymentIntents.list({
    customer: customer.id,
    limit: 2,
    created: { gte: made[0]!.created },
  });
  expect(first.data.map(({ id }) => id)).toEqual([made[2]!.id, made[1]!.id]);
  expect(first.has_more).toBe(true);
  const rest = await play.stripe.paymentIntents.list({ customer: customer.id, starting_after: made[1]!.id });
  expect(rest).toMatchObject({ has_more: false, data: [{ id: made[0]!.id }] });
  const none = await play.stripe.paymentIntents.list({ created: { gt: made[2]!.created + 5 } });
  expect(none.data).toEqual([]);
  const found = await play.stripe.paymentIntents.search({ query: "metadata['payment']:'page-1'" });
  expect(found.data).toMatchObject([{ id: made[1]!.id }]);
});

test('accounts do not see each other', async () => {
  const { id } = await play.newIntent();
  expect(await refusal(play.other.paymentIntents.retrieve(id))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
  expect((await play.other.paymentIntents.list()).data).toEqual([]);
  expect((await play.other.accounts.retrieveCurrent()).id).toBe('acct_other');
});

test('a wrong key is told apart from a publishable one', async () => {
  const wrong = await play.asBrowser('GET', '/v1/account', {}, 'sk_test_nobody_knows');
  expect(wrong.status).toBe(401);
  expect(wrong.body.error.message).not.toContain('nobody_knows');
  const publishable = await play.asBrowser('GET', '/v1/account', {});
  expect(publishable).toMatchObject({ status: 401, body: { error: { code: 'secret_key_required' } } });
});

test('a browser sees an intent with its client secret only, and no metadata', async () => {
  const intent = await play.newIntent({ metadata: { payment: 'secret' } });
  const path = `/v1/payment_intents/${intent.id}`;
  const seen = await play.asBrowser('GET', path, { client_secret: intent.client_secret! });
  expect(seen.body).toMatchObject({ id: intent.id, status: 'requires_payment_method' });
  expect(seen.body).not.toHaveProperty('metadata');
  expect((await play.asBrowser('GET', path, { client_secret: 'guess' })).status).toBe(404);
  expect((await play.asBrowser('GET', path, {})).status).toBe(404);
});

test('the sandbox does not start with live keys', async () => {
  const live = { ...ACME, secretKey: 'sk_live_x' };
  await expect(playSandbox({ accounts: [live] })).rejects.toThrow('live keys');
  await expect(playSandbox({ accounts: [ACME, { ...OTHER_WITH_SAME_KEY }] })).rejects.toThrow('share a key');
});

const OTHER_WITH_SAME_KEY = { ...ACME, id: 'acct_twin' };
