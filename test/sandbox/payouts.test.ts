import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
// Each test begins with an empty balance.
beforeEach(async () => {
  await play.control('POST', '/payouts', { pending: true }).catch(() => undefined);
});
afterAll(() => play.close());

const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  play.newIntent({ confirm: true, payment_method: 'pm_card_bypassPending', ...more });
const payOut = (order: object = {}) => play.control<Stripe.Payout>('POST', '/payouts', order);
const movementsOf = (payout: string) =>
  play.stripe.balanceTransactions.list({ payout, expand: ['data.source'], limit: 100 });
const typesOf = async () => (await play.stripe.events.list({ limit: 100 })).data.map(({ type }) => type);
const net = (rows: Stripe.BalanceTransaction[]) => rows.reduce((sum, row) => sum + row.net, 0);

test('the money of a charge may be booked after the charge, and then it is told', async () => {
  const intent = await pay();
  const charge = await play.stripe.charges.retrieve(String(intent.latest_charge));
  expect(charge.balance_transaction).toBeNull();
  await play.control('POST', '/webhooks/flush');
  const later = await play.stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
  expect(later.balance_transaction).toMatchObject({ amount: 1250, fee: 66, net: 1184, source: charge.id });
  expect(await typesOf()).toContain('charge.updated');
});

test('an automatic payout says which movements it pays out, and they add up to it', async () => {
  const intent = await pay({ amount: 10_000 });
  await play.stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 });
  const { id } = await payOut();
  const payout = await play.stripe.payouts.retrieve(id);
  expect(payout).toMatchObject({ status: 'paid', automatic: true, reconciliation_status: 'completed', amount: 8_680 });
  const { data } = await movementsOf(id);
  expect(data.map(({ type }) => type).sort()).toEqual(['charge', 'payout', 'refund']);
  expect(net(data)).toBe(0);
  const charge = data.find(({ type }) => type === 'charge');
  expect(charge?.source).toMatchObject({ object: 'charge', payment_intent: intent.id });
  expect((await play.stripe.payouts.list({ limit: 1 })).data[0]?.id).toBe(id);
  expect(await typesOf()).toEqual(
    expect.arrayContaining(['payout.created', 'payout.paid', 'payout.reconciliation_completed']),
  );
  const { available, pending } = await play.stripe.balance.retrieve();
  expect([available[0]?.amount, pending[0]?.amount]).toEqual([0, 0]);
});

test('what is not available yet is paid out only when that is asked for', async () => {
  await pay({ payment_method: 'pm_card_visa' });
  await expect(payOut()).rejects.toThrow('nothing to pay out');
  expect(await payOut({ pending: true })).toMatchObject({ amount: 1184 });
});

test('a payout that was paid may be sent back, and the next one pays the money out', async () => {
  await pay();
  const { id } = await payOut();
  await play.control('POST', `/payouts/${id}`, { status: 'failed' });
  const failed = await play.stripe.payouts.retrieve(id, { expand: ['failure_balance_transaction'] });
  expect(failed).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
  expect(failed.failure_balance_transaction).toMatchObject({ type: 'payout_failure', amount: 1184 });
  expect(await typesOf()).toContain('payout.failed');
  const next = await payOut();
  expect((await movementsOf(next.id)).data.map(({ type }) => type).sort()).toEqual(['payout', 'payout_failure']);
});

test('a payout made by hand takes no more than is available, does not say what it pays out, and can be cancelled', async () => {
  await pay();
  await play.control('POST', '/webhooks/flush');
  const tooMuch = play.stripe.payouts.create({ amount: 1185, currency: 'usd' });
  expect(await refusal(tooMuch)).toMatchObject({ statusCode: 400, code: 'balance_insufficient' });
  const made = await play.stripe.payouts.create({ amount: 500, currency: 'usd' });
  expect(made).toMatchObject({ status: 'pending', automatic: false, reconciliation_status: 'not_applicable' });
  expect((await movementsOf(made.id)).data).toEqual([]);
  expect((await play.stripe.payouts.cancel(made.id)).status).toBe('canceled');
  expect(await refusal(play.stripe.payouts.cancel(made.id))).toMatchObject({ statusCode: 400 });
  expect((await payOut()).amount).toBe(1184);
});

test('an account may be paid out in another currency than it charges', async () => {
  await play.control('POST', '/settlement', { currency: 'chf', rates: { usd: 0.8 } });
  const intent = await pay({ amount: 1000 });
  await play.control('POST', '/webhooks/flush');
  const { data } = await play.stripe.balanceTransactions.list({ source: String(intent.latest_charge) });
  expect(data).toMatchObject([{ amount: 800, fee: 47, net: 753, currency: 'chf', exchange_rate: 0.8 }]);
  expect(await payOut()).toMatchObject({ currency: 'chf', amount: 753 });
  await play.control('POST', '/settlement', {});
});
