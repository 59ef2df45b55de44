import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { chargeCard } from '../../src/payments/charge-card.ts';
import { findAttemptBySubmission, readPayment } from '../../src/payments/payments.store.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('deeds that come in an order nobody would choose, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterEach(async () => {
    await till.control('DELETE', '/faults');
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => till.stop());

  const fault = (match: object, deed: string, more: object = {}) =>
    till.control('POST', '/faults', { match, do: deed, ...more });
  const asked = async (path: RegExp) => {
    const { requests } = await till.control<{ requests: Array<{ path: string }> }>('GET', '/requests');
    return requests.filter((one) => path.test(one.path)).length;
  };
  const until = async (happened: () => Promise<boolean>) => {
    for (let i = 0; i < 300 && !(await happened()); i++) await new Promise((resume) => setTimeout(resume, 10));
    expect(await happened()).toBe(true);
  };

  /** The gateway takes another sum than ours: somebody confirmed there what we had since agreed anew. */
  async function takenForAnotherSum() {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const { paymentId } = await startPayment(till.house, await till.press(link, { card: CARDS.declined }));
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    const gateway = await gatewayOf(till.house, till.account.id);
    await gateway.changeAmount(gatewayRef, { amountMinor: 5_000, currency: 'EUR' }, randomUUID());
    await gateway.confirmPayment(gatewayRef, {
      source: { confirmationToken: await till.cardToken() },
      presence: 'payer',
      saveCard: false,
      returnUrl: 'http://127.0.0.1/',
      key: randomUUID(),
    });
    return { invoice, paymentId };
  }

  // The first one: no message of another payment may come and be held instead.
  test('a look that was answered before a try ended does not bring it back under way', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const press = await till.press(link);
    await fault({ method: 'POST', path: '/v1/payment_intents/*/confirm' }, 'processing');
    await fault({ method: 'GET', path: '/v1/payment_intents/*' }, 'hold_after', { hold: 'old' });
    const pressing = startPayment(till.house, press);
    await until(async () => (await till.control<{ held: Record<string, number> }>('GET', '/faults')).held.old === 1);
    const { paymentId } = (await findAttemptBySubmission(till.house.db, press.submissionId)) as { paymentId: string };
    const { gatewayRef = '' } = await readPayment(till.house.db, paymentId);
    await till.control('POST', `/payment_intents/${gatewayRef}/settle`, { outcome: 'fail' });
    await settlePayment(till.house, paymentId);
    await till.control('POST', '/release', { hold: 'old' });
    await pressing;
    expect((await readPayment(till.house.db, paymentId)).state).toBe('ready');
    expect((await startPayment(till.house, await till.press(link))).state).toBe('succeeded');
  });

  test('a payment in the way that does not end is not asked about again and again', async () => {
    const { invoice } = await takenForAnotherSum();
    const other = await anInvoice(till.house, { customerId: invoice.customerId });
    const both = await till.aLink([invoice.id, other.id]);
    await till.control('DELETE', '/requests');
    await expect(startPayment(till.house, await till.press(both))).rejects.toMatchObject({ code: 'in-flight' });
    expect(await asked(/\/cancel$/)).toBeLessThanOrEqual(4);
  });

  test('presses beside a cancel each pay once or are refused with a sentence', async () => {
    for (let round = 0; round < 6; round++) {
      const { id } = await anInvoice(till.house);
      const link = await till.aLink(id);
      const ip = randomUUID();
      const first = await startPayment(till.house, { ...(await till.press(link, { card: CARDS.declined })), ip });
      const presses = await Promise.all([till.press(link), till.press(link)]);
      const ended = await Promise.allSettled([
        cancelPayment(till.house, { paymentId: first.paymentId, actor: SYSTEM }),
        ...presses.map((press) => startPayment(till.house, { ...press, ip })),
      ]);
      for (const one of ended) if (one.status === 'rejected') expect(one.reason).toMatchObject({ status: 409 });
      expect((await readPayables(till.house.db, [id]))[0]?.paidMinor).toBeLessThanOrEqual(12_500);
    }
  });

  test('a save box ticked for a card that was declined does not stand in the way of the office', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const invoice = await anInvoice(till.house, { customerId });
    const link = await till.aLink(invoice.id);
    const first = await startPayment(till.house, await till.press(link, { card: CARDS.declined, saveCard: true }));
    const seen = (await readPayables(till.house.db, [invoice.id])) as [Payable];
    const charged = await chargeCard(till.house, {
      payableId: invoice.id,
      accountId: till.account.id,
      card: { savedCardId: cardId },
      amountMinor: 12_500,
      agreed: agreedTerms(seen),
      submissionId: randomUUID(),
      personId: (await hirePerson(till, 'clerk')).id,
      payerEmail: '',
      ip: '127.0.0.1',
      userAgent: 'test',
    });
    expect(charged).toMatchObject({ state: 'succeeded', paymentId: first.paymentId });
  });

  test('a receipt that nobody could be sent is missed by no check', async () => {
    const { id: customerId } = await aCustomer(till.house, { email: '' });
    const link = await till.aLink((await anInvoice(till.house, { customerId })).id);
    const paid = await startPayment(till.house, await till.press(link, { payerEmail: '' }));
    expect(paid.state).toBe('succeeded');
    const letters = (await checkBooks(till.house.db)).find(({ invariant }) => invariant === 8);
    expect(letters?.broken.filter((row) => row.payment_id === paid.paymentId)).toEqual([]);
  });

  test('whoever holds a revoked link gives nothing up of what goes on elsewhere', async () => {
    const { id } = await anInvoice(till.house);
    const link = await till.aLink(id);
    const { paymentId } = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    await revokeLink(till.house, { linkId: link.id, actor: SYSTEM });
    const token = till.house.linkTokens.sign('pay', link.id, link.createdAt);
    await supertest(till.url).post(paths.payStartAgain(token)).set('Origin', till.url).expect(303);
    expect((await readPayment(till.house.db, paymentId)).state).toBe('challenged');
  });
});

test('money at a gateway of which the books know nothing at all is found', async () => {
  const till = await openTill();
  const invoice = await anInvoice(till.house);
  await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
  const { db } = till.house;
  await db.q.updateTable('payment').set({ account_id: null }).execute();
  const found = (await checkGateway(till.house)).flatMap(({ broken }) => broken);
  expect(found).toHaveLength(1);
  await till.stop();
});
