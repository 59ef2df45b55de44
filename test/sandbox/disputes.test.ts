import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { type Play, playSandbox, refusal } from './play-sandbox.ts';

let play: Play;
beforeAll(async () => {
  play = await playSandbox();
});
afterAll(() => play.close());

const paidWith = (payment_method: string) => play.newIntent({ confirm: true, payment_method });

/** Pays with a card that is disputed a moment later, and gives the dispute. */
async function disputed(payment_method = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  const intent = await paidWith(payment_method);
  await play.control('POST', '/webhooks/flush');
  const { data } = await play.stripe.disputes.list({ payment_intent: intent.id });
  expect(data).toHaveLength(1);
  return data[0] as Stripe.Dispute;
}

const moved = ({ balance_transactions }: Stripe.Dispute) =>
  balance_transactions.map(({ amount, fee }) => [amount, fee]);
const eventsOf = async (id: string) =>
  (await play.stripe.events.list({ limit: 100 })).data
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type)
    .reverse();

test('a test card is disputed a moment after it has paid: the money goes, with a fee', async () => {
  const dispute = await disputed();
  expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 1250, currency: 'usd' });
  expect(moved(dispute)).toEqual([[-1250, 1500]]);
  expect(dispute.balance_transactions[0]).toMatchObject({ type: 'adjustment', reporting_category: 'dispute' });
  expect((await play.stripe.charges.retrieve(String(dispute.charge))).disputed).toBe(true);
  expect((await play.stripe.disputes.list({ charge: String(dispute.charge) })).data).toHaveLength(1);
  expect(await eventsOf(dispute.id)).toEqual([
    ...['charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.updated'],
  ]);
});

test('a test card whose charge was refunded before that moment is not disputed, and the gateway goes on', async () => {
  const intent = await paidWith('pm_card_createDispute');
  await play.stripe.refunds.create({ payment_intent: intent.id });
  await play.control('POST', '/webhooks/flush');
  expect((await play.stripe.disputes.list({ payment_intent: intent.id })).data).toEqual([]);
});

test('evidence that wins brings the money back; evidence that loses does not', async () => {
  const [first, second] = [await disputed(), await disputed('pm_card_createDisputeProductNotReceived')];
  expect(second.reason).toBe('product_not_received');
  const kept = await play.stripe.disputes.update(first.id, {
    evidence: { customer_name: 'A Customer' },
    submit: false,
  });
  expect(kept).toMatchObject({ status: 'needs_response', evidence_details: { submission_count: 0 } });
  const evidence = { uncategorized_text: 'winning_evidence' };
  const sent = await play.stripe.disputes.update(first.id, { evidence, submit: true });
  expect(sent).toMatchObject({ status: 'under_review', evidence: { customer_name: 'A Customer' } });
  await play.stripe.disputes.update(second.id, { evidence: { uncategorized_text: 'losing_evidence\nand more' } });
  await play.control('POST', '/webhooks/flush');
  const [won, lost] = [await play.stripe.disputes.retrieve(first.id), await play.stripe.disputes.retrieve(second.id)];
  expect(won.status).toBe('won');
  expect(moved(won)).toEqual([
    [-1250, 1500],
    [1250, 0],
  ]);
  expect(lost.status).toBe('lost');
  expect(moved(lost)).toHaveLength(1);
  expect(await eventsOf(won.id)).toContain('charge.dispute.funds_reinstated');
  const late = await refusal(play.stripe.disputes.update(won.id, { evidence, submit: true }));
  expect(late).toMatchObject({ statusCode: 400, code: 'dispute_evidence_not_accepted' });
});

test('a question of the bank moves no money, unless it becomes a dispute', async () => {
  const inquiry = await disputed('pm_card_createDisputeInquiry');
  expect(inquiry).toMatchObject({ status: 'warning_needs_response', is_charge_refundable: true });
  expect(moved(inquiry)).toEqual([]);
  await play.stripe.disputes.update(inquiry.id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
  await play.control('POST', '/webhooks/flush');
  const escalated = await play.stripe.disputes.retrieve(inquiry.id);
  expect(escalated).toMatchObject({ status: 'needs_response', is_charge_refundable: false });
  expect(moved(escalated)).toEqual([[-1250, 1500]]);
  const closed = await play.stripe.disputes.close((await disputed('pm_card_createDisputeInquiry')).id);
  expect(closed.status).toBe('warning_closed');
});

test('what a bank has taken back is not refunded too', async () => {
  const dispute = await disputed();
  const charge = String(dispute.charge);
  expect(await refusal(play.stripe.refunds.create({ charge }))).toMatchObject({ code: 'charge_disputed' });
  await play.control('POST', `/disputes/${dispute.id}/decision`, { outcome: 'won' });
  expect((await play.stripe.refunds.create({ charge })).status).toBe('succeeded');
});

test('a part of any charge can be disputed, and a lost one taken up again', async () => {
  const { latest_charge } = await paidWith('pm_card_visa');
  const opened = await play.control<Stripe.Dispute>('POST', `/charges/${latest_charge}/disputes`, { amount: 500 });
  expect(opened.amount).toBe(500);
  for (const outcome of ['lost', 'appeal', 'won']) {
    await play.control('POST', `/disputes/${opened.id}/decision`, { outcome });
  }
  expect(moved(await play.stripe.disputes.retrieve(opened.id)).map(([amount]) => amount)).toEqual([-500, 500]);
});
