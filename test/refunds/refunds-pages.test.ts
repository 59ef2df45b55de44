import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { takeInDispute } from '../../src/disputes/take-in-dispute.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { hearOfRefund } from '../../src/refunds/hear-of-refund.ts';
import { reservePaymentRefund } from '../../src/refunds/reserve-payment-refund.ts';
import { sweepRefunds } from '../../src/refunds/sweep-refunds.ts';
import { atDashboard } from '../reconcile/gateway-side.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

describe('the office’s pages of refunds and credit notes', () => {
  let till: Till;
  let accountant: SignedInBrowser;
  let admin: SignedInBrowser;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    await till.control('POST', '/faults', { webhooks: 'off' });
    [accountant, admin, clerk] = [
      await signIn(till, 'accountant'),
      await signIn(till, 'admin'),
      await signIn(till, 'clerk'),
    ];
  });
  afterAll(() => till.stop());

  async function paid(payables: Payable[], card?: string) {
    const link = await till.aLink(payables.map((one) => one.id));
    return (await startPayment(till.house, await till.press(link, card ? { card } : {}))).paymentId;
  }
  async function sweptUp() {
    till.clock.advance(2 * 60_000);
    await sweepRefunds(till.house);
  }
  const now = async (id: string) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const form = (sums: Record<string, string>, over: Record<string, string> = {}) => ({
    ...Object.fromEntries(Object.entries(sums).map(([id, sum]) => [`sum-${id}`, sum])),
    ...{ outcome: 'claim-reduced', reasonKind: 'returned', reason: 'Boxes came back', method: 'card', reference: '' },
    submissionId: newId('req'),
    ...over,
  });

  test('from invoice, receipt and payment one comes to the form; the claim is lowered, and everybody reads Credited', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice]);
    const invoicePage = await accountant.get(paths.invoice(invoice.id));
    expect(invoicePage.text).toContain(`${paths.refundPayment(paymentId)}?document=${invoice.id}`);
    const page = await accountant.get(`${paths.refundPayment(paymentId)}?document=${invoice.id}`);
    expect(page.text).toContain('value="125.00"');
    expect(page.text).toContain('To the card that paid: Visa ending in 4242');

    const done = await accountant.post(paths.refundPayment(paymentId), form({ [invoice.id]: '125' }));
    expect(done.status).toBe(303);
    const refund = await accountant.get(done.headers.location ?? '');
    expect(refund.text).toContain('€125.00 EUR is refunded.');
    expect(refund.text).toContain('Goods returned, or a service not delivered');
    expect(refund.text).toMatch(/Refund receipt RF-\d{6}/);
    const note = /\/credit-notes\/crn_[0-9a-z]{26}/.exec(refund.text)?.[0] ?? '';
    expect((await accountant.get(note)).text).toMatch(/Credit note CN-\d{6}/);
    const [pdf, again] = [
      await accountant.get(`${note}/credit-note.pdf`),
      await accountant.get(`${note}/credit-note.pdf`),
    ];
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.body.equals(again.body)).toBe(true);

    expect((await accountant.get(paths.invoice(invoice.id))).text).toContain('Credited: €125.00 EUR');
    expect((await accountant.get(`${paths.invoices()}?state=credited`)).text).toContain(invoice.number);
    expect((await accountant.get(paths.payment(paymentId))).text).toContain('>Refunded<');
    expect((await accountant.get(paths.payments())).text).toContain('>Refunded<');
    expect((await clerk.get(paths.payment(paymentId))).text).not.toContain(`href="${paths.refundPayment(paymentId)}"`);
    expect((await accountant.get(paths.transactions(invoice.id))).text).toContain('Credit note CN-');
  });

  test('the customer opens the refund receipt from the letter, by a right that is good for nothing else', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice]);
    const done = await accountant.post(
      paths.refundPayment(paymentId),
      form({ [invoice.id]: '5' }, { outcome: 'owed-again' }),
    );
    const refundId = String(done.headers.location).split('/').at(-1) ?? '';
    const { body_text } = await till.house.db.read
      .selectFrom('letter')
      .select('body_text')
      .where('subject_id', '=', refundId)
      .executeTakeFirstOrThrow();
    const url = new URL(/https?:\S+\/r\/\S+\/refund/.exec(body_text)?.[0] ?? '');
    const page = await clerk.agent.get(url.pathname);
    expect(page.text).toMatch(/Refund receipt RF-\d{6}/);
    expect(page.text).toContain(`Invoice ${invoice.number}: €5.00 EUR is open again.`);
    expect(page.text).toMatch(/R-\d{6}/);
    const receiptId =
      /\/receipts\/(rcp_[0-9a-z]{26})/.exec((await clerk.get(paths.payment(paymentId))).text)?.[1] ?? '';
    expect((await clerk.get(paths.receipt(receiptId))).text).toMatch(
      /€5\.00 of this was given back on .* \(refund receipt RF-\d{6}\)/,
    );
    expect((await clerk.agent.get(`${url.pathname}.pdf`)).headers['content-type']).toBe('application/pdf');
    expect((await clerk.agent.get(url.pathname.replace(/refund$/, ''))).status).toBe(404);
  });

  test('what cannot stand is said next to its field, and nothing typed is lost', async () => {
    const first = await anInvoice(till.house);
    const deposit = await aDeposit(till.house, { customerId: first.customerId });
    const paymentId = await paid([first, deposit]);
    const sums = { [first.id]: '125.01', [deposit.id]: '10' };
    const tooMuch = await accountant.post(paths.refundPayment(paymentId), form(sums));
    expect(tooMuch.status).toBe(409);
    expect(tooMuch.text).toContain(`id="sum-${first.id}-error"`);
    expect(tooMuch.text).toContain('Only €125.00 EUR is left to refund');
    expect(tooMuch.text).toContain('Boxes came back');
    const unread = await accountant.post(
      paths.refundPayment(paymentId),
      form({ [first.id]: 'all', [deposit.id]: '' }, { outcome: '', reasonKind: '' }),
    );
    expect(unread.status).toBe(422);
    for (const field of [`sum-${first.id}`, 'outcome', 'reasonKind'])
      expect(unread.text).toContain(`id="${field}-error"`);
    const nothing = await accountant.post(paths.refundPayment(paymentId), form({ [first.id]: '', [deposit.id]: '' }));
    expect(nothing.text).toContain('Enter how much goes back.');
    const ok = await accountant.post(paths.refundPayment(paymentId), form({ [first.id]: '25', [deposit.id]: '50' }));
    expect(ok.status).toBe(303);
    expect([(await now(first.id)).creditedMinor, (await now(deposit.id)).state]).toEqual([2_500, 'refunded']);
  });

  test('one that waits stands in the list and the menu; another person approves or declines it on its page', async () => {
    await changeCompany(till.house, { ...(await readCompany(till.house.db)), refundLimits: 'EUR 20' }, SYSTEM);
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice]);
    const ask = async (sum: string) => {
      const answer = await accountant.post(paths.refundPayment(paymentId), form({ [invoice.id]: sum }));
      return String(answer.headers.location).split('/').at(-1) ?? '';
    };
    const [one, two] = [await ask('30'), await ask('40')];
    const own = await accountant.get(paths.refund(one));
    expect(own.text).toContain('Nothing is sent before somebody else approves it');
    expect(own.text).not.toContain(paths.approveRefund(one));
    expect((await accountant.post(paths.approveRefund(one))).status).toBe(403);
    const list = await admin.get(`${paths.refunds()}?state=waiting&currency=EUR&account=${till.account.id}`);
    for (const id of [one, two]) expect(list.text).toContain(paths.refund(id));
    expect(list.text).toMatch(/Refunds <span class="count">2</);
    expect((await admin.get(`${paths.refunds()}?day=2020-01-01`)).text).toContain('No such refunds');
    expect((await admin.get(`${paths.refunds()}?day=soon`)).text).toContain('Enter a day such as');

    expect((await admin.post(paths.declineRefund(one), { reason: '' })).text).toContain('id="reason-error"');
    expect((await admin.post(paths.declineRefund(one), { reason: 'Ask the shop first.' })).status).toBe(303);
    expect((await admin.get(paths.refund(one))).text).toContain('Ask the shop first.');
    expect((await admin.post(paths.approveRefund(two))).status).toBe(303);
    expect((await admin.get(paths.refund(two))).text).toContain('€40.00 EUR is refunded.');
    const late = await admin.post(paths.approveRefund(two));
    expect([late.status, late.text.includes('has been decided meanwhile')]).toEqual([409, true]);
    await changeCompany(till.house, { ...(await readCompany(till.house.db)), refundLimits: '' }, SYSTEM);
  });

  test('what is being sent is found under "Being sent", also what has not left yet', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice]);
    const [reserved] = await reservePaymentRefund(till.house, {
      ...{ paymentId, shares: [{ payableId: invoice.id, amountMinor: 100 }], outcome: 'owed-again', method: 'card' },
      ...{ reference: '', reasonKind: 'returned', reason: '', submissionId: newId('req'), actor: SYSTEM },
    });
    const page = paths.refund(reserved?.id ?? '');
    expect((await accountant.get(paths.refunds())).text).toContain(page);
    expect((await accountant.get(`${paths.refunds()}?state=sent`)).text).toContain(page);
    await sweptUp();
    expect((await accountant.get(`${paths.refunds()}?state=sent`)).text).not.toContain(page);
  });

  test('money of a deposit that went back at the gateway is said on the form, and nothing typed is lost', async () => {
    const deposit = await aDeposit(till.house);
    const paymentId = await paid([deposit]);
    const { gateway_ref } = await till.house.db.read
      .selectFrom('payment')
      .select('gateway_ref')
      .where('id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const made = { payment_intent: gateway_ref ?? '', amount: '1000' };
    const { id: ref } = await atDashboard(till, '/refunds', made);
    await hearOfRefund(till.house, till.account.id, ref);
    const post = (amount: string) =>
      accountant.post(paths.refundDeposit(deposit.id), {
        ...{ amount, method: 'card', reference: '', reason: 'Moved away', submissionId: newId('req') },
      });
    for (const amount of ['10', '45']) {
      const refused = await post(amount);
      expect(refused.status).toBe(409);
      expect(refused.text).toContain('nobody has said yet what it was for');
      expect(refused.text).toContain('value="Moved away"');
      expect(refused.text).toContain(`value="${amount}"`);
    }
  });

  test('who explains a refund that is still on its way is not told that it is booked and the customer knows', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice], '4000000000007726');
    const { gateway_ref } = await till.house.db.read
      .selectFrom('payment')
      .select('gateway_ref')
      .where('id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const made = { payment_intent: gateway_ref ?? '', amount: '1000' };
    const { id: ref } = await atDashboard(till, '/refunds', made);
    await hearOfRefund(till.house, till.account.id, ref);
    const found = await till.house.db.read
      .selectFrom('refund')
      .select(['id', 'state'])
      .where('gateway_ref', '=', ref)
      .executeTakeFirstOrThrow();
    expect(found.state).toBe('pending');
    const said = { [`sum-${invoice.id}`]: '10', outcome: 'claim-reduced', reasonKind: 'returned', reason: '' };
    expect((await accountant.post(paths.explainRefund(found.id), said)).status).toBe(303);
    const page = await accountant.get(paths.refund(found.id));
    expect(page.text).toContain('€10.00 EUR is booked to what it was for when it has arrived');
    expect((await now(invoice.id)).creditedMinor).toBe(0);
  });

  test('an open invoice is credited by a form; the customer gets the credit note, which opens from the letter', async () => {
    const invoice = await anInvoice(till.house);
    expect((await accountant.get(paths.invoice(invoice.id))).text).toContain(paths.newCreditNote(invoice.id));
    expect((await clerk.get(paths.invoice(invoice.id))).text).not.toContain(paths.newCreditNote(invoice.id));
    const post = (over: Record<string, string>) =>
      accountant.post(paths.newCreditNote(invoice.id), {
        ...{ amount: '25', reasonKind: 'goodwill', reason: '', submissionId: newId('req') },
        ...over,
      });
    const tooMuch = await post({ amount: '126' });
    expect([tooMuch.status, tooMuch.text.includes('id="amount-error"')]).toEqual([409, true]);
    expect((await post({ amount: 'some', reasonKind: '' })).status).toBe(422);
    const done = await post({});
    expect(done.status).toBe(303);
    const id = String(done.headers.location).split('/').at(-1) ?? '';
    const letter = await till.house.db.read
      .selectFrom('letter')
      .select(['kind', 'body_text'])
      .where('subject_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(letter.kind).toBe('credit-note');
    expect(letter.body_text).toContain('€100.00 EUR is still to be paid');
    const url = new URL(/https?:\S+\/credit-note\.pdf/.exec(letter.body_text)?.[0] ?? '');
    expect((await clerk.agent.get(url.pathname)).headers['content-type']).toBe('application/pdf');
    const payPage = await clerk.agent.get(new URL(linkUrl(till.house, await till.aLink(invoice.id))).pathname);
    expect(payPage.text).toMatch(/Credited<\/dt><dd>-€25\.00/);
  });

  test('a refund that waits for a dispute is not said to be at the gateway, nor a person sent to ask there', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await paid([invoice]);
    const { charge_ref } = await till.house.db.read
      .selectFrom('payment')
      .select('charge_ref')
      .where('id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const { id: ref } = await till.control<{ id: string }>('POST', `/charges/${charge_ref}/disputes`, {
      amount: 5_000,
    });
    await takeInDispute(till.house, till.account.id, ref);
    const done = await accountant.post(
      paths.refundPayment(paymentId),
      form({ [invoice.id]: '75' }, { outcome: 'owed-again' }),
    );
    const page = await accountant.get(done.headers.location ?? '');
    expect(page.text).not.toContain('no clear answer');
    expect(page.text).toContain('€75.00 EUR waits for the dispute of this payment to be decided');
    expect(page.text).toContain('Nothing has been sent yet.');
    // Nobody is signed in any more after so long.
    till.clock.advance(40 * 24 * 3_600_000);
    await sweptUp();
    const cases = await till.house.db.read
      .selectFrom('case_file')
      .innerJoin('refund', 'refund.id', 'case_file.subject_id')
      .select('case_file.kind')
      .where('refund.payment_id', '=', paymentId)
      .execute();
    expect(cases).toEqual([]);
  });
});
