import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Link } from '../../src/links/link.ts';
import { readLink } from '../../src/links/links.store.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { settlePayment } from '../../src/payments/settle-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('paying a link on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterAll(() => till.stop());

  const duePayable = async (id: string) => (await readPayables(till.house.db, [id]))[0];
  const countOf = async (table: 'receipt' | 'payment' | 'lease' | 'letter') =>
    Number(
      (
        await till.house.db.read
          .selectFrom(table)
          .select((q) => q.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    );

  test('an invoice is paid once: charge, allocation, journal, receipt, letter, and the link is used', async () => {
    const invoice = await anInvoice(till.house, { amountMinor: 12_500 });
    const link = await till.aLink(invoice.id);
    const attempt = await startPayment(till.house, await till.press(link));

    expect(attempt.state).toBe('succeeded');
    expect(await duePayable(invoice.id)).toMatchObject({ state: 'paid', dueMinor: 0, paidMinor: 12_500 });
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('used');
    const [intent] = (await till.intents()).filter((one) => one.metadata.payment === attempt.paymentId);
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 12_500, currency: 'eur' });
    const lines = await till.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select(['ledger_account', 'amount_minor'])
      .where('subject_id', '=', attempt.paymentId)
      .orderBy('position')
      .execute();
    expect(lines).toEqual([
      { ledger_account: 'gateway-clearing', amount_minor: 12_500 },
      { ledger_account: 'receivables', amount_minor: -12_500 },
    ]);
    const letter = await till.house.db.read
      .selectFrom('letter')
      .selectAll()
      .where('letter_key', '=', `receipt-${attempt.paymentId}`)
      .executeTakeFirst();
    expect(letter?.to_addresses).toContain('payer@example.test');
    expect(await countOf('lease')).toBe(0);
  });

  test('a deposit that is paid is held, as a liability', async () => {
    const deposit = await aDeposit(till.house, { amountMinor: 5_000 });
    const attempt = await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
    expect(await duePayable(deposit.id)).toMatchObject({ state: 'held', dueMinor: 0 });
    const line = await till.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select('amount_minor')
      .where('subject_id', '=', attempt.paymentId)
      .where('ledger_account', '=', 'customer-deposits')
      .executeTakeFirst();
    expect(line?.amount_minor).toBe(-5_000);
  });

  test('the same press sent twice, at once and later, is one attempt and one charge', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const press = await till.press(link);
    const [first, second] = await Promise.all([startPayment(till.house, press), startPayment(till.house, press)]);
    expect(first.id).toBe(second.id);
    const later = await startPayment(till.house, press);
    expect(later).toMatchObject({ id: first.id, state: 'succeeded' });
  });

  test('one submission on several links at once pays one of them; the others learn nothing of it', async () => {
    const links = [];
    for (let i = 0; i < 6; i++) links.push(await till.aLink((await anInvoice(till.house)).id));
    const { submissionId } = await till.press(links[0] as Link);
    const presses = await Promise.all(links.map(async (link) => ({ ...(await till.press(link)), submissionId })));
    const outcomes = await Promise.allSettled(presses.map((press) => startPayment(till.house, press)));
    const ends = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.state : one.reason.code));
    expect(ends.sort()).toEqual(['succeeded', ...Array(5).fill('unknown-link')]);
  });

  test('a declined card leaves the payment ready, and the next card pays the same payment at the gateway', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const declined = await startPayment(till.house, await till.press(link, { card: CARDS.noFunds }));
    expect(declined).toMatchObject({ state: 'declined', declineCategory: 'insufficient-funds' });
    const paid = await startPayment(till.house, await till.press(link));
    expect(paid).toMatchObject({ state: 'succeeded', paymentId: declined.paymentId });
    const intents = (await till.intents()).filter((one) => one.metadata.payment === paid.paymentId);
    expect(intents).toHaveLength(1);
  });

  test('what the payer saw is what the payer pays: other terms are refused and nothing is charged', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const before = (await till.intents()).length;
    await expect(startPayment(till.house, await till.press(link, { agreed: 'something else' }))).rejects.toMatchObject({
      code: 'balance-changed',
    });
    expect(await till.intents()).toHaveLength(before);
  });

  test('a link that has expired can be paid for 15 minutes more, and then no longer', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const press = await till.press(link);
    const leftMs = Date.parse((await readLink(till.house.db, link.id)).expiresAt) - till.clock.now().getTime();
    till.clock.advance(leftMs + 16 * 60_000);
    await expect(startPayment(till.house, press)).rejects.toMatchObject({ code: 'link-ended', status: 410 });
    till.clock.advance(-2 * 60_000);
    expect((await startPayment(till.house, press)).state).toBe('succeeded');
    till.clock.advance(-leftMs - 14 * 60_000);
  });

  test('fifty people press "Pay" on one link at the same moment: one charge, one receipt', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const receipts = await countOf('receipt');
    const presses = await Promise.all(Array.from({ length: 50 }, () => till.press(link)));
    const outcomes = await Promise.allSettled(presses.map((press) => startPayment(till.house, press)));
    const attempts = await till.house.db.read
      .selectFrom('payment')
      .innerJoin('attempt', 'attempt.payment_id', 'payment.id')
      .select(['attempt.state', 'payment.id'])
      .where('payment.link_id', '=', link.id)
      .execute();
    expect(outcomes.filter((one) => one.status === 'fulfilled' && one.value.state === 'succeeded')).toHaveLength(1);
    for (const one of outcomes) {
      if (one.status === 'rejected') expect(['in-flight', 'already-paid']).toContain(one.reason.code);
    }
    expect(attempts).toEqual([{ state: 'succeeded', id: attempts[0]?.id }]);
    const charged = (await till.intents()).filter((one) => one.metadata.payment === attempts[0]?.id);
    expect(charged).toEqual([expect.objectContaining({ status: 'succeeded' })]);
    expect(await countOf('receipt')).toBe(receipts + 1);
  });

  test('a challenge that is given up by another payer is cancelled at the gateway before a new payment begins', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const asked = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    expect(asked.state).toBe('challenged');
    await expect(startPayment(till.house, await till.press(link))).rejects.toMatchObject({ code: 'in-flight' });
    await cancelPayment(till.house, { paymentId: asked.paymentId, actor: { kind: 'system' } });
    expect((await readPayment(till.house.db, asked.paymentId)).state).toBe('cancelled');
    const paid = await startPayment(till.house, await till.press(link));
    expect(paid.state).toBe('succeeded');
    expect(paid.paymentId).not.toBe(asked.paymentId);
    const states = (await till.intents())
      .filter((one) => [paid.paymentId, asked.paymentId].includes(one.metadata.payment ?? ''))
      .map((one) => one.status)
      .sort();
    expect(states).toEqual(['canceled', 'succeeded']);
  });

  test('settling a paid payment again, ten times at once, changes nothing', async () => {
    const link = await till.aLink((await anInvoice(till.house)).id);
    const attempt = await startPayment(till.house, await till.press(link));
    const receipts = await countOf('receipt');
    await Promise.all(Array.from({ length: 10 }, () => settlePayment(till.house, attempt.paymentId)));
    expect(await countOf('receipt')).toBe(receipts);
  });

  test('a card is kept only when the box was ticked, with the wording that was agreed to', async () => {
    const invoice = await anInvoice(till.house);
    await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    const cards = () =>
      till.house.db.read.selectFrom('saved_card').selectAll().where('customer_id', '=', invoice.customerId).execute();
    expect(await cards()).toEqual([]);

    const second = await anInvoice(till.house, { customerId: invoice.customerId });
    const press = await till.press(await till.aLink(second.id), {
      saveCard: true,
      consent: { wording: 'Keep it.', language: 'en' },
    });
    await startPayment(till.house, press);
    expect(await cards()).toEqual([expect.objectContaining({ last4: '4242', brand: 'visa' })]);
    const consents = await till.house.db.read
      .selectFrom('consent')
      .select(['wording', 'ip'])
      .where('customer_id', '=', invoice.customerId)
      .execute();
    expect(consents).toEqual([{ wording: 'Keep it.', ip: '127.0.0.1' }]);
  });
});
