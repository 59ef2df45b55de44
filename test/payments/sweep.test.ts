import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { findAttemptBySubmission, readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const MINUTES = 60_000;
const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const READ = { method: 'GET', path: '/v1/payment_intents/*' };

describe.each(ENGINES)('payments whose outcome is not known at once, on %s', (engine) => {
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

  const fault = (match: object, deed: string, times = 1) => till.control('POST', '/faults', { match, do: deed, times });
  const anOpenLink = async () => till.aLink((await anInvoice(till.house)).id);
  const minutesPass = async (minutes: number) => {
    till.clock.advance(minutes * MINUTES);
    await sweepPayments(till.house);
  };

  test('a charge whose answer was lost is found, booked and receipted by the sweeper', async () => {
    const press = await till.press(await anOpenLink());
    await fault(CONFIRM, 'reset_after', 2);
    await fault(READ, 'refuse', 2);
    const attempt = await startPayment(till.house, press);
    expect(attempt.state).toBe('sent');
    await till.control('DELETE', '/faults');
    await minutesPass(2);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('paid');
    const again = await startPayment(till.house, press);
    expect(again.state).toBe('succeeded');
  });

  test('a confirm that never arrived is not repeated: the payer is not charged after leaving', async () => {
    const link = await anOpenLink();
    await fault(CONFIRM, 'refuse', 2);
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('sent');
    await minutesPass(2);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('confirming');
    await minutesPass(5);
    expect(await readPayment(till.house.db, attempt.paymentId)).toMatchObject({ state: 'ready' });
    const next = await startPayment(till.house, await till.press(link));
    expect(next).toMatchObject({ state: 'succeeded', paymentId: attempt.paymentId });
  });

  test('when the gateway cannot be reached at all nothing is lost, and the next press pays the same payment', async () => {
    const link = await anOpenLink();
    await fault(CREATE, 'refuse', 2);
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('started');
    await minutesPass(2);
    expect(await findAttemptBySubmission(till.house.db, attempt.submissionId)).toMatchObject({ state: 'abandoned' });
    const next = await startPayment(till.house, await till.press(link));
    expect(next).toMatchObject({ state: 'succeeded', paymentId: attempt.paymentId });
  });

  test.each(['500_before', '500_after', '429', '409'])(
    'a %s while confirming ends with one charge or none, never in doubt',
    async (deed) => {
      const link = await anOpenLink();
      await fault(CONFIRM, deed);
      const attempt = await startPayment(till.house, await till.press(link));
      for (let i = 0; i < 8; i++) await minutesPass(1);
      const { state } = await readPayment(till.house.db, attempt.paymentId);
      if (state !== 'paid') {
        expect(state).toBe('ready');
        expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
      }
      const charged = (await till.intents()).filter((one) => one.metadata.payment === attempt.paymentId);
      expect(charged).toEqual([expect.objectContaining({ status: 'succeeded' })]);
    },
  );

  test('a challenge that nobody answers is given up after half an hour by cancelling at the gateway', async () => {
    const link = await anOpenLink();
    const attempt = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    await minutesPass(10);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('challenged');
    await minutesPass(25);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('cancelled');
    expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
  });

  test('what was left open through a link that is revoked is cancelled at the gateway', async () => {
    const link = await anOpenLink();
    const attempt = await startPayment(till.house, await till.press(link, { card: CARDS.declined }));
    await revokeLink(till.house, { linkId: link.id, actor: SYSTEM });
    await minutesPass(2);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('cancelled');
  });

  test('a payment made at the gateway whose name was lost before it was stored is found again', async () => {
    const link = await anOpenLink();
    await fault(CREATE, 'reset_after', 2);
    const attempt = await startPayment(till.house, await till.press(link));
    await minutesPass(2);
    const next = await startPayment(till.house, await till.press(link));
    expect(next).toMatchObject({ state: 'succeeded', paymentId: attempt.paymentId });
    expect((await till.intents()).filter((one) => one.metadata.payment === attempt.paymentId)).toHaveLength(1);
  });

  test('a payment that the gateway is still working on stays under way until its word, however long it takes', async () => {
    const link = await anOpenLink();
    await fault(CONFIRM, 'processing');
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('processing');
    for (let i = 0; i < 5; i++) await minutesPass(600);
    const payment = await readPayment(till.house.db, attempt.paymentId);
    expect(payment.state).toBe('processing');
    await till.control('POST', `/payment_intents/${payment.gatewayRef}/settle`, {});
    await minutesPass(600);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('paid');
  });
});
