import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

const RETURN = 'http://portal.test/return?a=1';
let play: Play;
let customer: string;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

async function confirm(number: string, more: Stripe.PaymentIntentConfirmParams = {}, token: object = {}) {
  customer = (await play.stripe.customers.create({})).id;
  const { id } = await play.newIntent({ customer });
  const confirmation_token = await play.tokenFor(number, token);
  const all = { confirmation_token, return_url: RETURN, use_stripe_sdk: true, ...more };
  return play.stripe.paymentIntents.confirm(id, all);
}

const cardsOf = async (id: string) => (await play.stripe.customers.listPaymentMethods(id)).data;

/** What the payer clicks on the bank's page. */
async function challenge(intent: Stripe.PaymentIntent | Stripe.SetupIntent, outcome: 'complete' | 'fail') {
  return fetch(`${play.publicUrl}/challenge/${intent.id}`, {
    method: 'POST',
    body: new URLSearchParams({ client_secret: intent.client_secret!, outcome }),
    redirect: 'manual',
  });
}

test('a card is kept when the payer agreed, and charged again without the payer', async () => {
  const paid = await confirm('4242424242424242', { setup_future_usage: 'off_session' });
  const [kept] = await cardsOf(customer);
  expect(kept).toMatchObject({ id: paid.payment_method, customer });
  const again = await play.newIntent({ customer, payment_method: kept!.id, off_session: true, confirm: true });
  expect(again.status).toBe('succeeded');
});

test('a card is not kept without consent, and good for one payment', async () => {
  const paid = await confirm('4242424242424242');
  expect(await cardsOf(customer)).toEqual([]);
  const again = play.newIntent({ customer, payment_method: String(paid.payment_method), confirm: true });
  expect(await refusal(again)).toMatchObject({ statusCode: 400, code: 'payment_method_unexpected_state' });
  const attach = play.stripe.paymentMethods.attach(String(paid.payment_method), { customer });
  expect(await refusal(attach)).toMatchObject({ code: 'payment_method_unexpected_state' });
});

test('an empty setup_future_usage takes back what the token or an earlier try said', async () => {
  const token = { setup_future_usage: 'off_session' };
  expect((await confirm('4242424242424242', {}, token)).setup_future_usage).toBe('off_session');
  expect(await cardsOf(customer)).toHaveLength(1);
  expect((await confirm('4242424242424242', { setup_future_usage: '' }, token)).setup_future_usage).toBeNull();
  expect(await cardsOf(customer)).toEqual([]);
});

test('a declined card is not kept', async () => {
  await refusal(confirm('4000000000000002', { setup_future_usage: 'off_session' }));
  expect(await cardsOf(customer)).toEqual([]);
});

test('a kept card belongs to its customer', async () => {
  const paid = await confirm('4242424242424242', { setup_future_usage: 'off_session' });
  const payment_method = String(paid.payment_method);
  const nobody = play.newIntent({ payment_method, confirm: true });
  expect((await refusal(nobody)).message).toContain('must provide the customer');
  const stranger = (await play.stripe.customers.create({})).id;
  expect((await refusal(play.newIntent({ customer: stranger, payment_method, confirm: true }))).statusCode).toBe(400);
});

test('a detached card can never be used again', async () => {
  const paid = await confirm('4242424242424242', { setup_future_usage: 'off_session' });
  const id = String(paid.payment_method);
  expect((await play.stripe.paymentMethods.detach(id)).customer).toBeNull();
  expect(await cardsOf(customer)).toEqual([]);
  expect(await refusal(play.stripe.paymentMethods.detach(id))).toMatchObject({ statusCode: 400 });
  expect(await refusal(play.newIntent({ customer, payment_method: id, confirm: true }))).toMatchObject({
    statusCode: 400,
  });
});

test('a card is attached, changed and shown', async () => {
  const owner = (await play.stripe.customers.create({})).id;
  const { id } = await play.stripe.paymentMethods.attach('pm_card_visa', { customer: owner });
  await play.stripe.paymentMethods.update(id, { allow_redisplay: 'limited', metadata: { by: 'us' } });
  const shown = await play.stripe.paymentMethods.retrieve(id, { expand: ['customer'] });
  expect(shown).toMatchObject({ allow_redisplay: 'limited', metadata: { by: 'us' }, customer: { id: owner } });
  expect(await refusal(play.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: owner }))).toMatchObject(
    { statusCode: 402 },
  );
  const hollow = await play.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: owner });
  const charge = play.newIntent({ customer: owner, payment_method: hollow.id, off_session: true, confirm: true });
  expect((await refusal(charge)).code).toBe('card_declined');
});

test('customers are changed and deleted with their cards', async () => {
  const { id } = await play.stripe.customers.create({ name: 'Ann', metadata: { a: '1', b: '2' } });
  const changed = await play.stripe.customers.update(id, { name: 'Anna', metadata: { a: '', c: '3' } });
  expect(changed).toMatchObject({ name: 'Anna', metadata: { b: '2', c: '3' } });
  expect(changed.metadata).not.toHaveProperty('a');
  await play.stripe.paymentMethods.attach('pm_card_visa', { customer: id });
  expect(await play.stripe.customers.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
  expect(await refusal(play.stripe.customers.retrieve(id))).toMatchObject({ code: 'resource_missing' });
});

test('without the payer, a card that always asks is refused with authentication_required', async () => {
  const setup = await play.stripe.setupIntents.create({
    usage: 'off_session',
    customer: (await play.stripe.customers.create({})).id,
  });
  const waiting = await play.stripe.setupIntents.confirm(setup.id, {
    confirmation_token: await play.tokenFor('4000002760003184'),
    use_stripe_sdk: true,
  });
  await challenge(waiting, 'complete');
  const done = await play.stripe.setupIntents.retrieve(setup.id);
  expect(done.status).toBe('succeeded');
  const charge = play.newIntent({
    customer: String(done.customer),
    payment_method: String(done.payment_method),
    off_session: true,
    confirm: true,
  });
  const error = await refusal(charge);
  expect(error).toMatchObject({
    statusCode: 402,
    code: 'authentication_required',
    decline_code: 'authentication_required',
  });
  expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method' });
  expect(error.payment_method?.id).toBe(done.payment_method);
});

test('a card that asks unless set up is charged later once the payer has authenticated', async () => {
  const asked = await confirm('4000002500003155', { setup_future_usage: 'off_session' });
  await challenge(asked, 'complete');
  const paid = await play.stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
  expect(paid).toMatchObject({
    status: 'succeeded',
    next_action: null,
    latest_charge: { payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } } },
  });
  const payment_method = String(paid.payment_method);
  const later = await play.newIntent({ customer, payment_method, off_session: true, confirm: true });
  expect(later.status).toBe('succeeded');
});

test('a failed challenge leaves an intent that can be confirmed again, and no charge', async () => {
  const asked = await confirm('4000000000003220');
  await challenge(asked, 'fail');
  const failed = await play.stripe.paymentIntents.retrieve(asked.id);
  expect(failed).toMatchObject({ status: 'requires_payment_method', latest_charge: null });
  expect(failed.last_payment_error?.code).toBe('payment_intent_authentication_failure');
  await challenge(asked, 'complete');
  expect((await play.stripe.paymentIntents.retrieve(asked.id)).status).toBe('requires_payment_method');
});

test('a card may be declined after the challenge', async () => {
  const asked = await confirm('4000008400001629');
  await challenge(asked, 'complete');
  const declined = await play.stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
  expect(declined).toMatchObject({ status: 'requires_payment_method', latest_charge: { status: 'failed' } });
  expect(declined.last_payment_error?.code).toBe('card_declined');
});

test('without the script the payer is sent to the bank’s page and back', async () => {
  const asked = await confirm('4000002760003184', { use_stripe_sdk: false });
  const action = asked.next_action!;
  expect(action).toMatchObject({ type: 'redirect_to_url', redirect_to_url: { return_url: RETURN } });
  const shown = await (await fetch(action.redirect_to_url!.url!)).text();
  expect(shown).toContain('Complete authentication');
  expect(shown).not.toContain('<script');
  const back = await challenge(asked, 'complete');
  expect(back.status).toBe(303);
  const query = Object.fromEntries(new URL(back.headers.get('location')!).searchParams);
  expect(query).toEqual({
    a: '1',
    payment_intent: asked.id,
    payment_intent_client_secret: asked.client_secret,
    redirect_status: 'succeeded',
  });
  expect((await fetch(`${play.publicUrl}/challenge/${asked.id}?client_secret=guess`)).status).toBe(404);
});

test('a card that is told by telephone is kept without asking its bank', async () => {
  const customer = (await play.stripe.customers.create({})).id;
  const { id } = await play.stripe.setupIntents.create({ customer });
  const kept = await play.stripe.setupIntents.confirm(id, {
    confirmation_token: await play.tokenFor('4000002760003184'),
    return_url: RETURN,
    payment_method_options: { card: { moto: true } },
  });
  expect(kept.status).toBe('succeeded');
});

test('a setup intent keeps a card without a payment, or says why not', async () => {
  const owner = (await play.stripe.customers.create({})).id;
  const done = await play.stripe.setupIntents.create({
    customer: owner,
    confirm: true,
    confirmation_token: await play.tokenFor('4242424242424242'),
    return_url: RETURN,
    expand: ['payment_method'],
  });
  expect(done).toMatchObject({ status: 'succeeded', payment_method: { customer: owner } });
  const error = await refusal(
    play.stripe.setupIntents.create({
      customer: owner,
      confirm: true,
      payment_method: 'pm_card_chargeDeclined',
      return_url: RETURN,
    }),
  );
  expect(error).toMatchObject({ statusCode: 402, setup_intent: { status: 'requires_payment_method' } });
  expect(await refusal(play.stripe.setupIntents.cancel(done.id))).toMatchObject({
    code: 'setup_intent_unexpected_state',
  });
  const open = await play.stripe.setupIntents.create({ customer: owner });
  expect((await play.stripe.setupIntents.cancel(open.id)).status).toBe('canceled');
});
