import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { listPayments, type PaymentFilter } from '../../src/payments/payments-list.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const ALL: PaymentFilter = {
  state: undefined,
  accountId: undefined,
  customerId: undefined,
  declined: false,
  search: undefined,
  settledOn: undefined,
  before: undefined,
};

describe.each(ENGINES)('the office looks at payments on %s', (engine) => {
  let till: Till;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill({ engine });
    clerk = await signIn(till, 'clerk');
    accountant = await signIn(till, 'accountant');
  });
  afterAll(() => till.stop());

  const pay = async (card: string, customerName: string, saveCard = false) => {
    const customer = await aCustomer(till.house, { name: customerName });
    const invoice = await anInvoice(till.house, { customerId: customer.id, amountMinor: 12_500 });
    const press = await till.press(await till.aLink(invoice.id), { card, saveCard });
    const { paymentId } = await startPayment(till.house, press);
    return { paymentId, customer, invoice };
  };
  const idsOf = async (filter: Partial<PaymentFilter>) =>
    (await listPayments(till.house.db, { ...ALL, ...filter })).rows.map((row) => row.id);

  test('each filter shows what it names and nothing else', async () => {
    const paid = await pay(CARDS.good, 'Filter Paid');
    const declined = await pay(CARDS.noFunds, 'Filter Declined');
    expect(await idsOf({ search: 'filter' })).toEqual([declined.paymentId, paid.paymentId]);
    expect(await idsOf({ search: 'filter', state: 'paid' })).toEqual([paid.paymentId]);
    expect(await idsOf({ search: 'filter', declined: true })).toEqual([declined.paymentId]);
    expect(await idsOf({ customerId: paid.customer.id })).toEqual([paid.paymentId]);
    expect(await idsOf({ search: 'filter', accountId: till.account.id })).toHaveLength(2);
    expect(await idsOf({ search: 'filter', accountId: 'acc_other' })).toEqual([]);
    expect(await idsOf({ search: paid.invoice.number })).toEqual([paid.paymentId]);
    expect(await idsOf({ search: paid.paymentId })).toEqual([paid.paymentId]);
  });

  test('a payment is found by the whole reference that the gateway knows it by', async () => {
    const { paymentId } = await pay(CARDS.good, 'Reference');
    const intent = (await till.intents()).find((one) => one.metadata.payment === paymentId);
    expect(await idsOf({ search: intent?.id ?? '' })).toEqual([paymentId]);
  });

  test('a decline is said in words and with the code of the gateway, in the list and on the page', async () => {
    const { paymentId } = await pay(CARDS.noFunds, 'Short Of Money');
    const list = await accountant.get(`${paths.payments()}?q=short&declined=yes`);
    expect(list.text).toContain('Not enough money (insufficient_funds)');
    const page = await accountant.get(paths.payment(paymentId));
    expect(page.text).toContain('Not enough money (insufficient_funds)');
    expect(page.text).toContain('its limit is reached');
    expect(page.text).toContain('save box not ticked');
  });

  test('the page of a paid payment shows card, books, receipt, what it settled and the wording agreed to', async () => {
    const { paymentId, invoice } = await pay(CARDS.good, 'Saver', true);
    const { text } = await accountant.get(paths.payment(paymentId));
    for (const words of [
      'Visa\u00a0••••\u00a04242',
      'Gateway clearing',
      'Receivables',
      '€125.00 EUR',
      'I agree.',
      'save box ticked',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain(paths.invoice(invoice.id));
    expect(text).toMatch(/Receipt R-0000\d\d/);
    expect(text).not.toContain('Cancel this payment');
    expect(text).not.toContain('ctoken_');
  });

  test('a clerk cancels a live payment, after which the invoice is free; an accountant may not', async () => {
    const { paymentId } = await pay(CARDS.challenge, 'Challenged');
    expect((await accountant.get(paths.payment(paymentId))).text).not.toContain('Cancel this payment');
    expect((await accountant.post(paths.cancelPayment(paymentId))).status).toBe(403);
    expect((await clerk.post(paths.cancelPayment(paymentId))).status).toBe(303);
    const page = await clerk.get(paths.payment(paymentId));
    expect(page.text).toContain('The payment is cancelled.');
    expect(page.text).toContain('Asked to cancel by The clerk');
    const leases = await till.house.db.read
      .selectFrom('lease')
      .selectAll()
      .where('payment_id', '=', paymentId)
      .execute();
    expect(leases).toEqual([]);
  });

  test('asking the gateway tells what it says, and anyone may ask', async () => {
    const { paymentId } = await pay(CARDS.declined, 'Asked');
    expect((await accountant.post(paths.refreshPayment(paymentId))).status).toBe(303);
    expect((await accountant.get(paths.payment(paymentId))).text).toContain('The gateway says that it is not paid.');
  });

  test('a payment that is not there is a 404', async () => {
    expect((await clerk.get(paths.payment('pay_nothing'))).status).toBe(404);
    expect((await clerk.post(paths.refreshPayment('pay_nothing'))).status).toBe(404);
    expect((await clerk.post(paths.cancelPayment('pay_nothing'))).status).toBe(404);
  });
});
