import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

const paidWith = (payment_method: string) => play.newIntent({ confirm: true, payment_method });

test('a payment is given back in parts, never more than was taken', async () => {
  const { id, latest_charge } = await paidWith('pm_card_visa');
  const first = await play.stripe.refunds.create({ payment_intent: id, amount: 1000, metadata: { refund: 'r1' } });
  expect(first).toMatchObject({ status: 'succeeded', amount: 1000, charge: latest_charge, metadata: { refund: 'r1' } });
  expect((await refusal(play.stripe.refunds.create({ payment_intent: id, amount: 251 }))).param).toBe('amount');
  const rest = await play.stripe.refunds.create({ charge: String(latest_charge) });
  expect(rest.amount).toBe(250);
  const error = await refusal(play.stripe.refunds.create({ payment_intent: id }));
  expect(error).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
  const charge = await play.stripe.charges.retrieve(String(latest_charge));
  expect(charge).toMatchObject({ amount_refunded: 1250, refunded: true });
  const all = await play.stripe.refunds.list({ payment_intent: id });
  expect(all.data.map((refund) => refund.id)).toEqual([rest.id, first.id]);
});

test('a refund with the same key is made once', async () => {
  const { id } = await paidWith('pm_card_visa');
  const refund = () => play.stripe.refunds.create({ payment_intent: id, amount: 500 }, { idempotencyKey: 'refund-1' });
  const [first, second] = [await refund(), await refund()];
  expect(second.id).toBe(first.id);
  expect((await play.stripe.refunds.list({ payment_intent: id })).data).toHaveLength(1);
});

test('what was not paid cannot be given back', async () => {
  const { id } = await play.newIntent();
  expect(await refusal(play.stripe.refunds.create({ payment_intent: id }))).toMatchObject({ statusCode: 400 });
  expect(await refusal(play.stripe.refunds.create({ charge: 'ch_none' }))).toMatchObject({ statusCode: 404 });
});

test('a refund may be pending first, or fail later', async () => {
  const slow = await play.stripe.refunds.create({ payment_intent: (await paidWith('pm_card_pendingRefund')).id });
  expect(slow.status).toBe('pending');
  const intent = await paidWith('pm_card_refundFail');
  const bad = await play.stripe.refunds.create({ payment_intent: intent.id });
  expect(bad.status).toBe('succeeded');
  await play.control('POST', '/webhooks/flush');
  expect((await play.stripe.refunds.retrieve(slow.id)).status).toBe('succeeded');
  const failed = await play.stripe.refunds.retrieve(bad.id, { expand: ['charge', 'failure_balance_transaction'] });
  expect(failed).toMatchObject({ status: 'failed', charge: { amount_refunded: 0, refunded: false } });
  expect(failed.failure_balance_transaction).toMatchObject({ amount: 1250, type: 'refund_failure' });
});
