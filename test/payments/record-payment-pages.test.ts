import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe('the pages on which staff record and reverse payments', () => {
  let till: Till;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    [clerk, accountant] = await Promise.all([signIn(till, 'clerk'), signIn(till, 'accountant')]);
  });
  afterAll(() => till.stop());

  /** What the form holds when it is opened, and how it would be sent. */
  const opened = async (payableId: string) => {
    const { text } = await clerk.get(paths.recordPayment(payableId));
    const value = (name: string) => new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(text)?.[1] ?? '';
    const [amount, receivedOn] = [value('amount'), value('receivedOn')];
    const sendReceipt = /name="sendReceipt"[^>]* checked/.test(text) ? { sendReceipt: 'yes' } : {};
    const once = { submissionId: value('submissionId'), version: value('version') };
    const form = { method: 'cheque', amount, receivedOn, reference: '004711', note: '', ...once, ...sendReceipt };
    return { text, form: form as Record<string, string> };
  };
  const post = (payableId: string, form: Record<string, string>) => clerk.post(paths.recordPayment(payableId), form);
  const recorded = async (payableId: string, over: Record<string, string> = {}) => {
    const answer = await post(payableId, { ...(await opened(payableId)).form, ...over });
    expect(answer.status).toBe(303);
    return answer.headers.location as string;
  };

  test('the form begins with what is due, today, and the receipt to be sent', async () => {
    const { email, id: customerId } = await aCustomer(till.house);
    const invoice = await anInvoice(till.house, { customerId });
    const { text, form } = await opened(invoice.id);
    expect(form).toMatchObject({
      amount: '125.00',
      receivedOn: till.clock.now().toISOString().slice(0, 10),
      sendReceipt: 'yes',
    });
    expect(text).toContain(`To ${email}`);
    expect(text).toContain('Credit card');
  });

  test('a cheque for a part leads to its payment, with receipt, books and what it is for', async () => {
    const invoice = await anInvoice(till.house);
    const { text } = await clerk.get(await recorded(invoice.id, { amount: '50', note: 'By hand' }));
    for (const words of [
      'Cheque',
      '004711',
      'By hand',
      'Undeposited funds',
      '€50.00 EUR',
      'Received on',
      invoice.number,
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toMatch(/Receipt R-00000\d/);
    expect(text).not.toContain('No card has been tried');
    expect((await clerk.get(paths.invoice(invoice.id))).text).toContain('€75.00 EUR');
  });

  test('a payment is found by the number of its cheque', async () => {
    const payment = await recorded((await anInvoice(till.house)).id, { reference: 'CHQ 778899' });
    expect((await clerk.get(`${paths.payments()}?q=778899`)).text).toContain(payment);
  });

  test('a credit card leads on to the card screen', async () => {
    const invoice = await anInvoice(till.house);
    const answer = await post(invoice.id, { ...(await opened(invoice.id)).form, method: 'card' });
    // With the sum that was typed.
    expect(answer.headers.location).toBe(`${paths.processCard(invoice.id)}?amount=125.00`);
  });

  test.each([
    ['more than is due', { amount: '125.01' }, 'amount', 'Only 125.00 EUR is due on invoice'],
    ['zero', { amount: '0' }, 'amount', 'more than zero'],
    ['a negative sum', { amount: '-5' }, 'amount', 'Enter a sum such as 1250.00'],
    ['too many decimals', { amount: '1.005' }, 'amount', 'Enter a sum such as 1250.00'],
    ['a day to come', { receivedOn: '2999-01-01' }, 'receivedOn', 'still to come'],
    ['no method', { method: '' }, 'method', 'Choose how it was paid'],
  ])('%s is said at its field and nothing typed is lost', async (_, over, field, sentence) => {
    const invoice = await anInvoice(till.house);
    const { form } = await opened(invoice.id);
    const answer = await post(invoice.id, { ...form, ...over, note: 'Kept <b>' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect(answer.text).toContain(sentence);
    for (const kept of [
      'Kept &lt;b&gt;',
      'value="004711"',
      ...Object.values(over).filter((one) => one && field !== 'method'),
    ])
      expect(answer.text).toContain(kept);
  });

  test.each([
    ['JPY', '1251', 1251, '1250.5'],
    ['KWD', '1.251', 1251, '1.2505'],
  ])('%s has its own decimals', async (currency, amount, amountMinor, wrong) => {
    const invoice = await anInvoice(till.house, { currency, amountMinor });
    const { form } = await opened(invoice.id);
    expect(form.amount).toBe(amount);
    expect((await post(invoice.id, { ...form, amount: wrong })).text).toContain('id="amount-error"');
    expect((await post(invoice.id, form)).status).toBe(303);
    expect((await clerk.get(paths.recordPayment(invoice.id))).status).toBe(409);
  });

  test('whoever comes second is told what is due now, and may go on with that', async () => {
    const invoice = await anInvoice(till.house);
    const [first, second] = [(await opened(invoice.id)).form, (await opened(invoice.id)).form];
    await post(invoice.id, { ...first, amount: '100' });
    const above = await post(invoice.id, second);
    expect(above.status).toBe(422);
    expect(above.text).toContain('Only 25.00 EUR is due');
    const versionIn = (text: string) => /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
    expect(versionIn(above.text)).not.toBe(second.version);
    const told = await post(invoice.id, { ...second, amount: '10' });
    expect(told.status).toBe(409);
    expect(told.text).toContain('has changed since you opened this page');
    const version = versionIn(told.text);
    expect((await post(invoice.id, { ...second, amount: '25', version })).status).toBe(303);
  });

  test('a payment in the way can be cancelled beside the refusal, and what was typed comes back', async () => {
    const invoice = await anInvoice(till.house);
    const press = await till.press(await till.aLink(invoice.id), { card: CARDS.challenge });
    const { paymentId } = await startPayment(till.house, press);
    const { sendReceipt: _ticked, ...form } = (await opened(invoice.id)).form;
    const refused = await post(invoice.id, { ...form, amount: '20.00', reference: 'KEPT-1' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('A card payment has been under way since');
    const back = /name="back" value="([^"]+)"/
      .exec(refused.text)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#38;', '&');
    const cancelled = await clerk.post(paths.cancelPayment(paymentId), { back: back ?? '' });
    expect(cancelled.headers.location).toBe(back);
    const { text } = await clerk.get(back ?? '');
    expect(text).toContain('value="20.00"');
    expect(text).toContain('value="KEPT-1"');
    expect(text).toMatch(/value="cheque"[^>]* checked/);
    expect(text).not.toMatch(/name="sendReceipt"[^>]* checked/);
  });

  test('coming back from a cancelled payment never leads to another site', async () => {
    const invoice = await anInvoice(till.house);
    const press = await till.press(await till.aLink(invoice.id), { card: CARDS.challenge });
    const { paymentId } = await startPayment(till.house, press);
    const answer = await clerk.post(paths.cancelPayment(paymentId), { back: '//evil.example' });
    expect(answer.headers.location).toBe(paths.home());
  });

  test('an accountant reverses with a reason, and payment, receipt, lists and file say so', async () => {
    const customer = await aCustomer(till.house, { name: 'Reversal & Co' });
    const invoice = await anInvoice(till.house, { customerId: customer.id });
    const payment = await recorded(invoice.id);
    const paymentId = payment.split('/').at(-1) ?? '';
    expect((await clerk.get(payment)).text).not.toContain(paths.reversePayment(paymentId));
    expect((await accountant.get(payment)).text).toContain(paths.reversePayment(paymentId));
    expect((await clerk.post(paths.reversePayment(paymentId), { reason: 'x' })).status).toBe(403);
    expect((await accountant.post(paths.reversePayment(paymentId), { reason: '' })).status).toBe(422);
    expect((await accountant.post(paths.reversePayment(paymentId), { reason: 'It bounced' })).status).toBe(303);

    const { text } = await accountant.get(payment);
    expect(text).toMatch(/Reversed on .* by The accountant<\/strong> because: It bounced/);
    expect((await accountant.get(paths.reversePayment(paymentId))).status).toBe(409);
    const receiptId = /\/receipts\/(rcp_\w+)/.exec(text)?.[1] ?? '';
    expect((await accountant.get(paths.receipt(receiptId))).text).toMatch(/Reversed on .*because: It bounced/);
    const search = '?q=reversal';
    expect((await accountant.get(`${paths.receipts()}${search}`)).text).toContain('>Reversed</');
    expect((await accountant.get(`${paths.receiptTotals()}${search}`)).text).toContain(
      'data-total="reversed">€125.00<',
    );
    expect((await accountant.get(`${paths.payments()}${search}&state=reversed`)).text).toContain('>Reversed</span>');
    expect((await accountant.get(paths.invoice(invoice.id))).text).toContain('>Reversed</span>');
    const csv = (await accountant.get(`${paths.receiptsCsv()}${search}`)).text;
    expect(csv).toContain('reversed');
  });

  test('a customer who opens the receipt of a reversed payment is told, without the reason', async () => {
    const customer = await aCustomer(till.house, { email: 'reversed@example.test' });
    const invoice = await anInvoice(till.house, { customerId: customer.id });
    const payment = await recorded(invoice.id);
    await accountant.post(paths.reversePayment(payment.split('/').at(-1) ?? ''), { reason: 'Bounced secretly' });
    const letter = await till.house.db.read
      .selectFrom('letter')
      .select('body_text')
      .where('customer_id', '=', customer.id)
      .executeTakeFirstOrThrow();
    const page = await (await fetch(/https?:\/\/\S+\/r\/\S+/.exec(letter.body_text)?.[0] ?? '')).text();
    expect(page).toContain('This payment was taken back on');
    expect(page).toContain('004711');
    expect(page).not.toContain('secretly');
  });

  test('Show transactions lists every line about an invoice with its sums', async () => {
    const invoice = await anInvoice(till.house);
    await recorded(invoice.id, { amount: '50' });
    await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    expect((await accountant.get(paths.invoice(invoice.id))).text).toContain(paths.transactions(invoice.id));
    const { text } = await accountant.get(paths.transactions(invoice.id));
    for (const words of ['Receivables', 'Undeposited funds', 'Gateway clearing', 'Cheque 004711', 'Card payment pi_']) {
      expect(text).toContain(words);
    }
    // 125 claimed, 50 by cheque, 75 by card.
    expect(text.slice(text.indexOf('<tfoot>'))).toMatch(/€250\.00 EUR[\s\S]*€250\.00 EUR/);
  });

  test('Show transactions of a deposit without money says that nothing is booked; of nothing it is a 404', async () => {
    const deposit = await aDeposit(till.house);
    expect((await clerk.get(paths.deposit(deposit.id))).text).toContain(paths.transactions(deposit.id));
    expect((await clerk.get(paths.transactions(deposit.id))).text).toContain('Nothing has been booked yet');
    await recorded(deposit.id);
    expect((await clerk.get(paths.transactions(deposit.id))).text).toContain('Customer deposits');
    expect((await clerk.get(paths.transactions('pay_nothing'))).status).toBe(404);
    expect((await clerk.get(paths.recordPayment('inv_nothing'))).status).toBe(404);
  });
});
