import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { leasesOn } from '../../src/payables/lease.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const MINUTES = 60_000;
const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const CUSTOMER = { method: 'POST', path: '/v1/customers' };
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

  test('a confirm that has not arrived is not repeated, and can no longer charge anybody once it is given up', async () => {
    const link = await anOpenLink();
    await fault(CONFIRM, 'refuse', 2);
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('sent');
    await minutesPass(2);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('confirming');
    await minutesPass(5);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('cancelled');
    const next = await startPayment(till.house, await till.press(link));
    expect(next.state).toBe('succeeded');
    expect(next.paymentId).not.toBe(attempt.paymentId);
  });

  test('when the gateway cannot be reached at all the payer may press again at once, and it is the same payment', async () => {
    const link = await anOpenLink();
    await fault(CREATE, 'refuse', 2);
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('abandoned');
    const next = await startPayment(till.house, await till.press(link));
    expect(next).toMatchObject({ state: 'succeeded', paymentId: attempt.paymentId });
  });

  test.each([
    ['500_before', CREATE],
    ['500_after', CREATE],
    ['500_before', CUSTOMER],
    ['500_after', CUSTOMER],
  ])('a %s while the payment is made holds nobody up, although the gateway keeps that answer', async (deed, where) => {
    const link = await anOpenLink();
    await fault(where, deed);
    const attempt = await startPayment(till.house, await till.press(link));
    expect(attempt.state).toBe('succeeded');
    expect((await till.intents()).filter((one) => one.metadata.payment === attempt.paymentId)).toHaveLength(1);
  });

  test('a gateway that answers 500 all along charges nobody, and the same payment is made once it is well', async () => {
    const link = await anOpenLink();
    await fault(CREATE, '500_before', 50);
    const first = await startPayment(till.house, await till.press(link));
    expect(first.state).toBe('abandoned');
    await startPayment(till.house, await till.press(link));
    await till.control('DELETE', '/faults');
    const next = await startPayment(till.house, await till.press(link));
    expect(next).toMatchObject({ state: 'succeeded', paymentId: first.paymentId });
  });

  test('a payment that met a 500 when it was made can be given up', async () => {
    const invoice = await anInvoice(till.house);
    await fault(CREATE, '500_before', 50);
    const attempt = await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    await till.control('DELETE', '/faults');
    await minutesPass(35);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('cancelled');
    expect(await leasesOn(till.house.db, [invoice.id])).toEqual([]);
  });

  test('a payment that the gateway will not even make holds nobody up, and can be cancelled', async () => {
    const invoice = await anInvoice(till.house);
    await till.house.db.q
      .insertInto('gateway_customer')
      .values({ customer_id: invoice.customerId, account_id: till.account.id, ref: 'cus_of_nobody' })
      .execute();
    const attempt = await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    expect(attempt.state).toBe('abandoned');
    expect(await readPayment(till.house.db, attempt.paymentId)).toMatchObject({
      state: 'ready',
      gatewayRef: undefined,
    });
    await minutesPass(35);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('cancelled');
    expect(await leasesOn(till.house.db, [invoice.id])).toEqual([]);
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
        expect(state).toBe('cancelled');
        expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
      }
      const charged = (await till.intents()).filter(
        (one) => one.metadata.payment === attempt.paymentId && one.status === 'succeeded',
      );
      expect(charged).toHaveLength(state === 'paid' ? 1 : 0);
    },
  );

  test('a name for a card that the gateway does not know ends the try at once', async () => {
    const link = await anOpenLink();
    const attempt = await startPayment(till.house, {
      ...(await till.press(link)),
      confirmationToken: 'ctoken_unknown',
    });
    expect(attempt.state).toBe('declined');
    expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
  });

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

  test('a charge of another sum than ours is booked nowhere: it becomes one case for a person', async () => {
    const link = await anOpenLink();
    await fault(CONFIRM, 'processing');
    const attempt = await startPayment(till.house, await till.press(link));
    const { gatewayRef, amountMinor } = await readPayment(till.house.db, attempt.paymentId);
    await till.control('POST', `/payment_intents/${gatewayRef}/settle`, {});
    const weAskFor = (sum: number) =>
      till.house.db.q.updateTable('payment').set({ amount_minor: sum }).where('id', '=', attempt.paymentId).execute();

    await weAskFor(amountMinor * 100);
    await settlePayment(till.house, attempt.paymentId);
    await settlePayment(till.house, attempt.paymentId);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('processing');
    const cases = await till.house.db.read
      .selectFrom('case_file')
      .select('kind')
      .where('subject_id', '=', attempt.paymentId)
      .execute();
    expect(cases).toEqual([{ kind: 'gateway-mismatch' }]);

    await weAskFor(amountMinor);
    await settlePayment(till.house, attempt.paymentId);
    expect((await readPayment(till.house.db, attempt.paymentId)).state).toBe('paid');
  });
});
