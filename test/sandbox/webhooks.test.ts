import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { ACME, type Play, playSandbox } from './play-sandbox.ts';
import { checkAnswer } from './valid-answers.ts';

const SECRETS = ['whsec_old', 'whsec_new'];
let play: Play;
let receiver: Server;
let received: { event: Stripe.Event; signature: string; text: string }[] = [];
/** What the portal answers; one by one, then 200. */
let answers: number[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const text = await textOf(request);
    const event = JSON.parse(text) as Stripe.Event;
    received.push({ event, signature: String(request.headers['stripe-signature']), text });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hear`;
  play = await playSandbox({
    accounts: [{ ...ACME, webhookUrl, webhookSecrets: SECRETS }],
    webhookRetryDelaysMs: [20, 20],
  });
});
afterEach(async () => {
  await play.control('DELETE', '/faults');
  await flush();
  for (const { event } of received) checkAnswer(event, `event ${event.type}`);
  received = [];
  answers = [];
});
afterAll(async () => {
  await play.close();
  await new Promise((resolve) => receiver.close(resolve));
});

const flush = () => play.control<{ delivered: number; failed: number; pending: number }>('POST', '/webhooks/flush');
const types = () => received.map(({ event }) => event.type);
const pay = (payment_method = 'pm_card_visa') => play.newIntent({ confirm: true, payment_method });

test('a payment is told in signed letters that the SDK accepts, with each of the secrets', async () => {
  const { id } = await pay();
  await flush();
  expect(types()).toEqual(
    expect.arrayContaining([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ]),
  );
  const { text, signature } = received.find(({ event }) => event.type === 'payment_intent.succeeded')!;
  for (const secret of SECRETS) {
    const event = play.stripe.webhooks.constructEvent(text, signature, secret);
    expect(event).toMatchObject({ api_version: '2026-10-28.endive', livemode: false, data: { object: { id } } });
  }
  expect(() => play.stripe.webhooks.constructEvent(text, signature, 'whsec_wrong')).toThrow('signature');
});

test('declines, challenges, cancellations, customers, cards and refunds are told', async () => {
  await pay('pm_card_chargeDeclined').catch(() => undefined);
  const asked = await play.newIntent({
    confirm: true,
    payment_method: 'pm_card_threeDSecure2Required',
    use_stripe_sdk: true,
  });
  await play.stripe.paymentIntents.cancel(asked.id);
  const { id: customer } = await play.stripe.customers.create({});
  const { id: card } = await play.stripe.paymentMethods.attach('pm_card_visa', { customer });
  await play.stripe.paymentMethods.update(card, { metadata: { a: 'b' } });
  await play.stripe.paymentMethods.detach(card);
  const paid = await pay('pm_card_pendingRefund');
  await play.stripe.refunds.create({ payment_intent: paid.id });
  await play.stripe.setupIntents.create({
    customer,
    confirm: true,
    payment_method: 'pm_card_visa',
    return_url: 'http://x.test/',
  });
  await flush();
  for (const type of [
    ...['charge.failed', 'payment_intent.payment_failed', 'payment_intent.requires_action', 'payment_intent.canceled'],
    ...['customer.created', 'payment_method.attached', 'payment_method.updated', 'payment_method.detached'],
    ...['refund.created', 'charge.refunded', 'refund.updated', 'setup_intent.succeeded'],
  ]) {
    expect(types()).toContain(type);
  }
});

test('a letter that is not thanked for comes again, and is given up after the last try', async () => {
  await play.control('POST', '/faults', { webhooks: 'off' });
  await play.stripe.customers.create({});
  answers = [500, 302];
  await play.control('POST', '/faults', { webhooks: 'normal' });
  await until(() => received.length === 3);
  expect(types()).toEqual(['customer.created', 'customer.created', 'customer.created']);
  expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);

  received = [];
  answers = [500, 500, 500];
  await play.stripe.customers.create({});
  await until(() => received.length === 3);
  expect(await flush()).toEqual({ delivered: 0, failed: 0, pending: 0 });
});

test('letters can come twice, in reverse, later or not at all', async () => {
  await play.control('POST', '/faults', { webhooks: 'duplicate' });
  await play.stripe.customers.create({});
  await flush();
  expect(types()).toEqual(['customer.created', 'customer.created']);

  received = [];
  await play.control('POST', '/faults', { webhooks: 'reverse' });
  await pay();
  await until(() => types().includes('payment_intent.created'));
  expect(types().slice(-3)).toEqual(['payment_intent.succeeded', 'charge.succeeded', 'payment_intent.created']);

  received = [];
  await play.control('POST', '/faults', { webhooks: 'off' });
  await play.stripe.customers.create({});
  expect(await flush()).toMatchObject({ delivered: 0 });
  expect(received).toEqual([]);
});

test('an old letter can be sent once more', async () => {
  const { id } = await play.stripe.customers.create({});
  await flush();
  const { event } = received.find((letter) => (letter.event.data.object as { id: string }).id === id)!;
  received = [];
  await play.control('POST', '/webhooks/redeliver', { eventId: event.id });
  await flush();
  expect(received.map((letter) => letter.event)).toEqual([event]);
});

test('events can be read back, and endpoints added and removed', async () => {
  const endpoint = await play.stripe.webhookEndpoints.create({
    url: secondAddress(),
    enabled_events: ['customer.created'],
  });
  expect(endpoint.secret).toMatch(/^whsec_/);
  await play.stripe.customers.create({ name: 'Ann' });
  await flush();
  const mine = received.filter(({ text, signature }) => {
    try {
      return play.stripe.webhooks.constructEvent(text, signature, endpoint.secret!);
    } catch {
      return false;
    }
  });
  expect(mine).toHaveLength(1);
  expect((await play.stripe.webhookEndpoints.list()).data[0]).not.toHaveProperty('secret');
  await play.stripe.webhookEndpoints.del(endpoint.id);
  const listed = await play.stripe.events.list({ type: 'customer.created', limit: 1 });
  expect(await play.stripe.events.retrieve(listed.data[0]!.id)).toMatchObject({ type: 'customer.created' });
});

function secondAddress(): string {
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/second`;
}

async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; !holds(); waitedMs += 10) {
    if (waitedMs > 5000) throw new Error(`Never happened; received ${types().join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
