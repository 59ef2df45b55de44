import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { readLink } from '../../src/links/links.store.ts';
import type { WantedTerms } from '../../src/links/wanted-terms.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('what a payer pays, by the terms of the link, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterAll(() => till.stop());

  const linkFor = (payableIds: string[], terms?: WantedTerms) =>
    issueLink(till.house, { payableIds, terms, expiry: '30d', actor: SYSTEM, accountId: till.account.id });
  const dueOf = async (id: string) => (await readPayables(till.house.db, [id]))[0]?.dueMinor;
  const chargesOf = async (paymentId: string) =>
    (await till.intents()).filter((one) => one.metadata.payment === paymentId).map((one) => one.amount_received);
  const linesOf = async (paymentId: string) => {
    const row = await till.house.db.read
      .selectFrom('receipt')
      .select('content')
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow();
    return JSON.parse(row.content).lines as Array<{ number: string; paidNowMinor: number; stillDueMinor: number }>;
  };

  test('a fixed part is paid once, and the link has done its work although more is due', async () => {
    const invoice = await anInvoice(till.house, { amountMinor: 10_000 });
    const link = await linkFor([invoice.id], { terms: 'part', partMinor: 3_000 });
    const paid = await startPayment(till.house, await till.press(link));
    expect(await chargesOf(paid.paymentId)).toEqual([3_000]);
    expect(await dueOf(invoice.id)).toBe(7_000);
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('used');
    await expect(startPayment(till.house, await till.press(link))).rejects.toMatchObject({ code: 'link-ended' });
  });

  test('a customer who chooses pays some, then the rest, through the same link', async () => {
    const invoice = await anInvoice(till.house, { amountMinor: 10_000 });
    const link = await linkFor([invoice.id], { terms: 'choose', leastMinor: 1_000 });
    for (const amountMinor of [999, 10_001, 9_970]) {
      await expect(startPayment(till.house, await till.press(link, { amountMinor }))).rejects.toMatchObject({
        code: 'amount-not-offered',
      });
    }
    expect(await dueOf(invoice.id)).toBe(10_000);

    const some = await startPayment(till.house, await till.press(link, { amountMinor: 4_000 }));
    expect(await chargesOf(some.paymentId)).toEqual([4_000]);
    expect((await readLink(till.house.db, link.id)).endedAs).toBeUndefined();
    const rest = await startPayment(till.house, await till.press(link));
    expect(await chargesOf(rest.paymentId)).toEqual([6_000]);
    expect(await dueOf(invoice.id)).toBe(0);
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('used');
  });

  test('without a least sum of its own, the least is what the gateway takes', async () => {
    const link = await linkFor([(await anInvoice(till.house)).id], { terms: 'choose' });
    expect(link.leastMinor).toBe(50);
  });

  test('after a decline another sum may be chosen, and the same payment at the gateway takes it', async () => {
    const link = await linkFor([(await anInvoice(till.house, { amountMinor: 10_000 })).id], { terms: 'choose' });
    const declined = await startPayment(
      till.house,
      await till.press(link, { amountMinor: 8_000, card: CARDS.declined }),
    );
    const paid = await startPayment(till.house, await till.press(link, { amountMinor: 2_500 }));
    expect(paid.paymentId).toBe(declined.paymentId);
    expect(await chargesOf(paid.paymentId)).toEqual([2_500]);
  });

  test('a deposit or all: either of the two and nothing else', async () => {
    const of = async () => (await anInvoice(till.house, { amountMinor: 10_000 })).id;
    const either = { terms: 'deposit_or_full', partMinor: 3_000 } as const;
    const link = await linkFor([await of()], either);
    await expect(startPayment(till.house, await till.press(link, { amountMinor: 5_000 }))).rejects.toMatchObject({
      code: 'amount-not-offered',
    });
    const deposit = await startPayment(till.house, await till.press(link, { amountMinor: 3_000 }));
    expect(await chargesOf(deposit.paymentId)).toEqual([3_000]);
    const rest = await startPayment(till.house, await till.press(link));
    expect(await chargesOf(rest.paymentId)).toEqual([7_000]);
    const all = await startPayment(
      till.house,
      await till.press(await linkFor([await of()], either), { amountMinor: 10_000 }),
    );
    expect(await chargesOf(all.paymentId)).toEqual([10_000]);
  });

  test('several documents are filled one after the other, and the receipt names each', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const [a, b] = [
      await anInvoice(till.house, { customerId, amountMinor: 4_000 }),
      await aDeposit(till.house, { customerId, amountMinor: 5_000 }),
    ];
    const link = await linkFor([a.id, b.id], { terms: 'choose' });
    const some = await startPayment(till.house, await till.press(link, { amountMinor: 6_000 }));
    expect(await linesOf(some.paymentId)).toMatchObject([
      { number: b.number, paidNowMinor: 2_000, stillDueMinor: 3_000 },
      { number: a.number, paidNowMinor: 4_000, stillDueMinor: 0 },
    ]);
    expect([await dueOf(a.id), await dueOf(b.id)]).toEqual([0, 3_000]);
    const rest = await startPayment(till.house, await till.press(link));
    expect(await linesOf(rest.paymentId)).toMatchObject([{ number: b.number, paidNowMinor: 3_000, stillDueMinor: 0 }]);
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('used');
  });

  test('two payers at one link for two invoices at once: one charge for both', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const ids = [];
    for (let i = 0; i < 2; i++) ids.push((await anInvoice(till.house, { customerId, amountMinor: 2_000 })).id);
    const link = await linkFor(ids);
    const presses = await Promise.all([till.press(link), till.press(link), till.press(link)]);
    const outcomes = await Promise.allSettled(presses.map((press) => startPayment(till.house, press)));
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const ours = await till.house.db.read.selectFrom('payment').select('id').where('link_id', '=', link.id).execute();
    expect((await Promise.all(ours.map(({ id }) => chargesOf(id)))).flat()).toEqual([4_000]);
  });

  test('what is paid elsewhere drops out: the open page is refused, the next look pays the rest', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const [a, b] = [
      await anInvoice(till.house, { customerId, amountMinor: 2_000 }),
      await anInvoice(till.house, { customerId, amountMinor: 3_000 }),
    ];
    const both = await linkFor([a.id, b.id]);
    const open = await till.press(both);
    const alone = await linkFor([a.id]);
    expect((await readLink(till.house.db, both.id)).endedAs).toBeUndefined();
    await startPayment(till.house, await till.press(alone));
    await expect(startPayment(till.house, open)).rejects.toMatchObject({ code: 'balance-changed' });
    const rest = await startPayment(till.house, await till.press(both));
    expect(await chargesOf(rest.paymentId)).toEqual([3_000]);
  });
});
