import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { bookReceived } from '../../src/payments/book-received.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('a payment of which the gateway received another sum, on %s', (engine) => {
  let till: Till;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
    accountant = await signIn(till, 'accountant');
  });
  afterAll(() => till.stop());

  const now = async ({ id }: Payable) => (await readPayables(till.house.db, [id]))[0] as Payable;
  /** 125.00 is received, where we think that another sum was agreed. */
  async function received(invoiceMinor: number, weThinkMinor: number) {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const { paymentId } = await startPayment(till.house, await till.press(link, { card: CARDS.challenge }));
    await till.house.db.q
      .updateTable('payable')
      .set({ total_minor: invoiceMinor })
      .where('id', '=', invoice.id)
      .execute();
    await till.house.db.q
      .updateTable('payment')
      .set({ amount_minor: weThinkMinor })
      .where('id', '=', paymentId)
      .execute();
    await till.passChallenge(paymentId);
    return { invoice, paymentId };
  }

  test('is booked over what it received, once: the rest stays due, the lease goes, the case closes', async () => {
    const { invoice, paymentId } = await received(20_000, 20_000);
    const page = await accountant.get(paths.payment(paymentId));
    expect(page.text).toContain('Book €125.00 EUR');
    const order = { paymentId, actor: { kind: 'person', id: accountant.person.id } } as const;
    const ended = await Promise.allSettled([
      accountant.post(paths.bookReceived(paymentId)),
      bookReceived(till.house, order),
    ]);
    expect(ended[0]).toMatchObject({ status: 'fulfilled' });
    expect(await now(invoice)).toMatchObject({ state: 'part_paid', paidMinor: 12_500, dueMinor: 7_500 });
    const receipt = await till.house.db.read
      .selectFrom('receipt')
      .select('amount_minor')
      .where('payment_id', '=', paymentId)
      .execute();
    expect(receipt).toEqual([{ amount_minor: 12_500 }]);
    const left = await till.house.db.read
      .selectFrom('case_file')
      .select('closed_at')
      .where('subject_id', '=', paymentId)
      .execute();
    expect(left).toEqual([{ closed_at: expect.any(String) }]);
    expect((await accountant.post(paths.bookReceived(paymentId))).status).toBe(409);
    await expect(bookReceived(till.house, order)).rejects.toMatchObject({ code: 'not-received' });
  });

  test('holds what the invoice does not need as a deposit; and nothing is wrong with the books', async () => {
    const { invoice, paymentId } = await received(10_000, 10_000);
    expect((await accountant.post(paths.bookReceived(paymentId))).status).toBe(303);
    expect(await now(invoice)).toMatchObject({ state: 'paid', paidMinor: 10_000 });
    const held = await till.house.db.read
      .selectFrom('payable')
      .select(['kind', 'total_minor', 'state'])
      .where('customer_id', '=', invoice.customerId)
      .where('kind', '=', 'deposit')
      .execute();
    expect(held).toEqual([{ kind: 'deposit', total_minor: 2_500, state: 'held' }]);
    const results = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))];
    const broken = results.flatMap(({ promise, broken: rows }) => rows.map((row) => ({ promise, row })));
    // The totals of the invoices were moved behind the back of the books.
    expect(broken.filter((one) => !one.promise.startsWith('receivables equal'))).toEqual([]);
  });
});
