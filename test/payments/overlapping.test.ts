import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import type { Link } from '../../src/links/link.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { findAttemptBySubmission, readPayment } from '../../src/payments/payments.store.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const LIST = { method: 'GET', path: '/v1/payment_intents' };
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const READ = { method: 'GET', path: '/v1/payment_intents/*' };

describe.each(ENGINES)('two deeds on one payment whose answers come in an unlucky order, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterEach(async () => {
    await till.control('DELETE', '/faults');
    await till.control('POST', '/faults', { webhooks: 'off' });
    const broken = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))].flatMap(
      (one) => one.broken,
    );
    expect(broken).toEqual([]);
  });
  afterAll(() => till.stop());

  const fault = (match: object, deed: string, more: object = {}) =>
    till.control('POST', '/faults', { match, do: deed, ...more });
  const release = (hold: string) => till.control('POST', '/release', { hold });
  const until = async (happened: () => Promise<boolean>) => {
    for (let i = 0; i < 300 && !(await happened()); i++) await new Promise((resume) => setTimeout(resume, 10));
    expect(await happened()).toBe(true);
  };
  /** Waits until that many requests of the kind have come since the last call. */
  const came = (method: string, path: RegExp, times = 1) =>
    until(async () => {
      const { requests } = await till.control<{ requests: Array<{ method: string; path: string }> }>(
        'GET',
        '/requests',
      );
      return requests.filter((one) => one.method === method && path.test(one.path)).length >= times;
    });
  const chargesOf = async (link: Link) => {
    const rows = await till.house.db.read.selectFrom('payment').select('id').where('link_id', '=', link.id).execute();
    const ids = rows.map((row) => row.id);
    return (await till.intents()).filter(
      (one) => one.status === 'succeeded' && ids.includes(one.metadata.payment ?? ''),
    );
  };
  const accountWords = (statement_suffix: string) =>
    till.house.db.q.updateTable('account').set({ statement_suffix }).where('id', '=', till.account.id).execute();

  test('a payment that is given up while the payer presses again charges once at most, and books it', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    await fault(CREATE, 'refuse', { times: 2 });
    const lost = await startPayment(till.house, await till.press(link));
    expect(lost.state).toBe('abandoned');

    // Somebody gives it up; the gateway will not make it just now, and is slow to say that it knows of none.
    await accountWords('<not allowed>');
    await till.control('DELETE', '/requests');
    await fault(LIST, 'hold_after', { hold: 'list' });
    const givenUp = cancelPayment(till.house, { paymentId: lost.paymentId, actor: SYSTEM });
    await came('GET', /^\/v1\/payment_intents$/);

    // The payer presses again; now the gateway makes it, and is slow to answer.
    await accountWords('');
    await till.control('DELETE', '/requests');
    await fault(CREATE, 'hold_after', { hold: 'create' });
    const pressed = startPayment(till.house, await till.press(link));
    await came('POST', /^\/v1\/payment_intents$/);

    await release('list');
    await givenUp;
    await release('create');
    const second = await pressed;
    const charged = await chargesOf(link);
    expect(charged).toHaveLength(second.state === 'succeeded' ? 1 : 0);

    const third = await startPayment(till.house, await till.press(link)).catch((error) => error);
    expect(third.state ?? third.code).toBe(second.state === 'succeeded' ? 'already-paid' : 'succeeded');
    expect(await chargesOf(link)).toHaveLength(1);
  });

  test('two that met the same 500 go on under one key: one payment at the gateway, and nothing left open', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    await fault(CREATE, '500_before');
    await till.control('DELETE', '/requests');
    await fault(LIST, 'hold_after', { hold: 'list' });
    const press = await till.press(link);
    const pressed = startPayment(till.house, press);
    await came('GET', /^\/v1\/payment_intents$/);
    till.clock.advance(2 * 60_000);
    await sweepPayments(till.house);
    await release('list');

    const { paymentId, state } = await pressed;
    expect(state).toBe('abandoned');
    expect((await till.intents()).filter((one) => one.metadata.payment === paymentId)).toHaveLength(1);
    expect(await startPayment(till.house, await till.press(link))).toMatchObject({ state: 'succeeded', paymentId });
  });

  test('a confirm that arrives after minutes charges nobody who was told that it was given up', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    await till.control('DELETE', '/requests');
    await fault(CONFIRM, 'hold_before', { hold: 'confirm' });
    const press = await till.press(link);
    const pressed = startPayment(till.house, press);
    await came('POST', /\/confirm$/);
    till.clock.advance(6 * 60_000);
    await sweepPayments(till.house);
    expect((await findAttemptBySubmission(till.house.db, press.submissionId))?.state).toBe('abandoned');
    await release('confirm');
    await pressed;
    expect(await chargesOf(link)).toHaveLength(0);

    expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
    expect(await chargesOf(link)).toHaveLength(1);
  });

  test('an old look at the gateway does not end the try that came after it', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const declined = await startPayment(till.house, await till.press(link, { card: CARDS.declined }));
    expect(declined.state).toBe('declined');

    // Another window's look is answered with what was true before the next confirm.
    await till.control('DELETE', '/requests');
    await fault(CONFIRM, 'hold_before', { hold: 'confirm' });
    const press = await till.press(link, { card: CARDS.challenge });
    const pressed = startPayment(till.house, press);
    await came('POST', /\/confirm$/);
    await till.control('DELETE', '/requests');
    await fault(READ, 'hold_after', { hold: 'look' });
    const looked = settlePayment(till.house, declined.paymentId);
    await came('GET', /^\/v1\/payment_intents\/pi_/);
    await release('confirm');
    expect((await pressed).state).toBe('challenged');
    await release('look');
    await looked;

    expect((await findAttemptBySubmission(till.house.db, press.submissionId))?.state).toBe('challenged');
    expect((await readPayment(till.house.db, declined.paymentId)).state).toBe('challenged');
  });
});
