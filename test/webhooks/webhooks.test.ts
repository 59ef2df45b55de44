import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { gatewayOf, webhookSecretsOf } from '../../src/accounts/accounts.store.ts';
import { paths } from '../../src/paths.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('messages of the gateway on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  // Messages of one test may still be on their way in the next: no fault of it may meet them.
  afterEach(() => till.control('DELETE', '/faults'));
  afterAll(() => till.stop());

  const aPress = async () => till.press(await till.aLink((await anInvoice(till.house)).id));
  const receiptsOf = (paymentId: string) =>
    till.house.db.read.selectFrom('receipt').select('number').where('payment_id', '=', paymentId).execute();
  const flush = () => till.control('POST', '/webhooks/flush', {});
  async function eventually(check: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 100 && !(await check()); i++) await new Promise((resume) => setTimeout(resume, 30));
    expect(await check()).toBe(true);
  }
  async function post(body: string, seal: (secret: string, seconds: number) => string, accountId = till.account.id) {
    const [secret = ''] = await webhookSecretsOf(till.house, till.account.id);
    const seconds = Math.floor(Date.now() / 1000);
    return fetch(till.url + paths.webhook(accountId), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': seal(secret, seconds) },
      body,
    });
  }
  const sign = (secret: string, seconds: number, body: string) =>
    `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

  test('a payment whose answers were all lost is booked by its message, once, though the message comes twice', async () => {
    await till.control('POST', '/faults', { webhooks: 'duplicate' });
    await till.control('POST', '/faults', {
      match: { method: 'POST', path: '/v1/payment_intents/*/confirm' },
      do: 'reset_after',
      times: 2,
    });
    await till.control('POST', '/faults', {
      match: { method: 'GET', path: '/v1/payment_intents/*' },
      do: 'refuse',
      times: 2,
    });
    const attempt = await startPayment(till.house, await aPress());
    await till.control('DELETE', '/faults');
    await flush();
    await eventually(async () => {
      await retryEvents(till.house);
      return (await readPayment(till.house.db, attempt.paymentId)).state === 'paid';
    });
    await flush();
    expect(await receiptsOf(attempt.paymentId)).toHaveLength(1);
  });

  test('messages in reverse order change nothing that is true already', async () => {
    await till.control('POST', '/faults', { webhooks: 'reverse' });
    const attempt = await startPayment(till.house, await aPress());
    await flush();
    await till.control('DELETE', '/faults');
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('paid');
    expect(await receiptsOf(attempt.paymentId)).toHaveLength(1);
  });

  test('a message that cannot be handled now is kept and handled later', async () => {
    await till.control('POST', '/faults', { webhooks: 'off' });
    const attempt = await startPayment(till.house, await aPress());
    const { gatewayRef } = await readPayment(till.house.db, attempt.paymentId);
    await till.house.db.q
      .updateTable('payment')
      .set({ gateway_ref: null })
      .where('id', '=', attempt.paymentId)
      .execute();
    await till.control('POST', '/faults', {
      match: { method: 'GET', path: `/v1/payment_intents/${gatewayRef}` },
      do: '500_before',
      times: 1,
    });
    const body = JSON.stringify({
      id: 'evt_later',
      object: 'event',
      type: 'payment_intent.succeeded',
      created: 1,
      livemode: false,
      data: { object: { id: gatewayRef, object: 'payment_intent' } },
    });
    expect((await post(body, (secret, seconds) => sign(secret, seconds, body))).status).toBe(200);
    const event = () =>
      till.house.db.read
        .selectFrom('webhook_event')
        .select(['state', 'last_error'])
        .where('event_id', '=', 'evt_later')
        .executeTakeFirstOrThrow();
    await eventually(async () => (await event()).state === 'failed');
    till.clock.advance(60_000);
    await retryEvents(till.house);
    expect(await event()).toMatchObject({ state: 'handled', last_error: null });
    expect((await readPayment(till.house.db, attempt.paymentId)).gatewayRef).toBe(gatewayRef);
    await till.control('DELETE', '/faults');
  });

  test('unsigned, forged, old, future and re-written messages are refused and filed nowhere', async () => {
    const body = JSON.stringify({
      id: 'evt_forged',
      object: 'event',
      type: 'payment_intent.succeeded',
      created: 1,
      livemode: false,
      data: { object: { id: 'pi_1', object: 'payment_intent' } },
    });
    const seals: Array<(secret: string, seconds: number) => string> = [
      () => '',
      (_secret, seconds) => sign('whsec_wrong', seconds, body),
      (_secret, seconds) => sign('', seconds, body),
      (secret, seconds) => sign(secret, seconds - 3600, body),
      (secret, seconds) => sign(secret, seconds + 3600, body),
      (secret, seconds) => sign(secret, seconds, `${body} `),
      (secret, seconds) => sign(secret, seconds, body).replace('v1=', 'v0='),
    ];
    for (const seal of seals) expect((await post(body, seal)).status).toBe(400);
    expect((await post(body, (secret, seconds) => sign(secret, seconds, body), 'acc_unknown')).status).toBe(404);
    expect(
      await till.house.db.read.selectFrom('webhook_event').select('id').where('event_id', '=', 'evt_forged').execute(),
    ).toEqual([]);
  });

  test('a charge that carries our mark but that we do not know becomes a case, not silence', async () => {
    const response = await fetch(`${till.sandboxUrl}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await secretKey()}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        amount: '900',
        currency: 'eur',
        confirm: 'true',
        payment_method: 'pm_card_visa',
        'allowed_payment_method_types[0]': 'card',
        return_url: 'https://example.test/',
        'metadata[payment]': 'pay_of_nobody',
      }),
    });
    expect(response.status).toBe(200);
    await flush();
    await eventually(async () => {
      await retryEvents(till.house);
      const found = await till.house.db.read
        .selectFrom('case_file')
        .select('kind')
        .where('kind', '=', 'unknown-charge')
        .execute();
      return found.length === 1;
    });
  });

  async function secretKey(): Promise<string> {
    const row = await till.house.db.read
      .selectFrom('account')
      .select('secret_key_sealed')
      .where('id', '=', till.account.id)
      .executeTakeFirstOrThrow();
    return till.house.sealer.open(row.secret_key_sealed);
  }

  test('money for a payment that is cancelled here is told to a person, and not lost', async () => {
    const declined = await startPayment(
      till.house,
      await till.press(await till.aLink((await anInvoice(till.house)).id), { card: CARDS.declined }),
    );
    const { db } = till.house;
    const { gatewayRef = '' } = await readPayment(db, declined.paymentId);
    await db.q.updateTable('payment').set({ state: 'cancelled' }).where('id', '=', declined.paymentId).execute();
    const gateway = await gatewayOf(till.house, till.account.id);
    await gateway.confirmPayment(gatewayRef, {
      source: { confirmationToken: await till.cardToken() },
      presence: 'payer',
      saveCard: false,
      returnUrl: till.url,
      key: `late-${gatewayRef}`,
    });
    const told = () =>
      db.read
        .selectFrom('case_file')
        .select('summary')
        .where('kind', '=', 'unknown-charge')
        .where('dedupe_key', '=', `unknown-${gatewayRef}`)
        .execute();
    await eventually(async () => (await told()).length === 1);
    expect((await told())[0]?.summary).toContain('cancelled here');
  });
});
