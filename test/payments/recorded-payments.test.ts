import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { unapplyDeposit } from '../../src/deposits/unapply-deposit.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { transactionsOf } from '../../src/ledger/transactions.store.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { applicationsOf } from '../../src/payables/applications.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { type PaymentToRecord, recordPayment } from '../../src/payments/record-payment.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { dayInZone } from '../../src/platform/show-time.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('money that comes without a gateway, on %s', (engine) => {
  let till: Till;
  let actor: PaymentToRecord['actor'];
  beforeAll(async () => {
    till = await openTill({ engine });
    actor = { kind: 'person', id: (await hirePerson(till, 'clerk')).id };
  });
  afterEach(async () => {
    const broken = (await checkBooks(till.house.db)).flatMap((one) => one.broken);
    expect(broken).toEqual([]);
  });
  afterAll(() => till.stop());

  const now = async (id: string) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const today = () => till.clock.now().toISOString().slice(0, 10);
  const record = async (payableId: string, over: Partial<PaymentToRecord> = {}) => {
    const payable = await now(payableId);
    return recordPayment(till.house, {
      payableId,
      version: payable.version,
      submissionId: newId('req'),
      method: 'cheque',
      amountMinor: payable.dueMinor,
      receivedOn: today(),
      reference: '004711',
      note: '',
      sendReceipt: true,
      actor,
      ...over,
    });
  };
  const reverse = (paymentId: string, reason = 'The cheque bounced.') =>
    reversePayment(till.house, { paymentId, reason, actor });
  const booked = async (subjectId: string) =>
    (await transactionsOf(till.house.db, subjectId)).map((line) => [line.ledgerAccount, line.amountMinor]);
  const receiptOf = (paymentId: string) =>
    till.house.db.read.selectFrom('receipt').selectAll().where('payment_id', '=', paymentId).executeTakeFirst();
  const lettersAbout = (subjectId: string) =>
    till.house.db.read.selectFrom('letter').select('to_addresses').where('subject_id', '=', subjectId).execute();
  /** A customer stands before the bank's question: the card payment is live. */
  const aCardInFlight = async (payableId: string) => {
    const press = await till.press(await till.aLink(payableId), { card: CARDS.challenge });
    return (await startPayment(till.house, press)).paymentId;
  };

  test('part of an invoice is settled by a cheque, with receipt, letter and books', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await record(invoice.id, { amountMinor: 5_000 });
    expect(await now(invoice.id)).toMatchObject({ state: 'part_paid', paidMinor: 5_000, dueMinor: 7_500, version: 2 });
    expect(await booked(paymentId)).toEqual([
      ['undeposited-funds', 5_000],
      ['receivables', -5_000],
    ]);
    const receipt = await receiptOf(paymentId);
    expect(JSON.parse(receipt?.content ?? '')).toMatchObject({
      method: 'cheque',
      reference: '004711',
      paidAt: today(),
    });
    expect(await lettersAbout(receipt?.id ?? '')).toHaveLength(1);
  });

  test('the rest of it ends its link as closed', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    await record(invoice.id, { method: 'cash', reference: '' });
    expect(await now(invoice.id)).toMatchObject({ state: 'paid', dueMinor: 0 });
    const row = till.house.db.read.selectFrom('link').select('ended_as').where('id', '=', link.id);
    expect(await row.executeTakeFirst()).toEqual({ ended_as: 'closed' });
  });

  test('a deposit paid by transfer is held as a liability', async () => {
    const deposit = await aDeposit(till.house);
    const paymentId = await record(deposit.id, { method: 'transfer', amountMinor: 2_000 });
    expect(await now(deposit.id)).toMatchObject({ state: 'requested', dueMinor: 3_000 });
    await record(deposit.id, { method: 'transfer' });
    expect(await now(deposit.id)).toMatchObject({ state: 'held', dueMinor: 0 });
    expect(await booked(paymentId)).toEqual([
      ['undeposited-funds', 2_000],
      ['customer-deposits', -2_000],
    ]);
  });

  test.each([
    ['JPY', 1250],
    ['KWD', 1005],
  ])('%s is taken in its own minor units', async (currency, amountMinor) => {
    const invoice = await anInvoice(till.house, { currency, amountMinor: amountMinor + 1 });
    await record(invoice.id, { amountMinor });
    expect(await now(invoice.id)).toMatchObject({ dueMinor: 1, state: 'part_paid' });
  });

  test('no letter is written where it is not wanted, or where there is no address', async () => {
    const { id: customerId } = await aCustomer(till.house, { email: '' });
    for (const [invoice, sendReceipt] of [
      [await anInvoice(till.house), false],
      [await anInvoice(till.house, { customerId }), true],
    ] as const) {
      const receipt = await receiptOf(await record(invoice.id, { sendReceipt }));
      expect(await lettersAbout(receipt?.id ?? '')).toEqual([]);
    }
  });

  test('the same form sent twice, and at once, is one payment', async () => {
    const invoice = await anInvoice(till.house);
    const once = { submissionId: newId('req'), version: 1, amountMinor: 5_000 };
    const ids = await Promise.all([record(invoice.id, once), record(invoice.id, once)]);
    expect([...ids, await record(invoice.id, once)]).toEqual([ids[0], ids[0], ids[0]]);
    expect((await now(invoice.id)).paidMinor).toBe(5_000);
  });

  test('of two who record the full sum at once one wins and the other is told', async () => {
    const invoice = await anInvoice(till.house);
    const both = await Promise.allSettled([record(invoice.id), record(invoice.id)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'nothing-due', message: expect.stringContaining('Nothing is due') },
    });
    expect((await now(invoice.id)).paidMinor).toBe(12_500);
  });

  test('of two who record the same part at once the second is asked to look first', async () => {
    const invoice = await anInvoice(till.house);
    const part = { amountMinor: 5_000, version: 1 };
    const both = await Promise.allSettled([record(invoice.id, part), record(invoice.id, part)]);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'balance-changed' } });
    expect((await now(invoice.id)).paidMinor).toBe(5_000);
  });

  test.each([
    ['more than is due', { amountMinor: 12_501 }, 'amount', 'Only 125.00 EUR is due on invoice'],
    ['zero', { amountMinor: 0 }, 'amount', 'more than zero'],
    ['a negative sum', { amountMinor: -5 }, 'amount', 'more than zero'],
    ['a part of a cent', { amountMinor: 0.5 }, 'amount', 'Enter a sum'],
    ['a day to come', { receivedOn: '2999-01-01' }, 'receivedOn', 'still to come'],
    ['no day', { receivedOn: '2026-02-30' }, 'receivedOn', 'Enter the day'],
    ['no method', { method: '' as 'cash' }, 'method', 'Choose how'],
    ['a long reference', { reference: 'x'.repeat(101) }, 'reference', 'At most 100'],
  ])('%s is refused at its field', async (_, over, field, sentence) => {
    const invoice = await anInvoice(till.house);
    await expect(record(invoice.id, over)).rejects.toMatchObject({
      fields: { [field]: expect.stringContaining(sentence) },
    });
    expect(await now(invoice.id)).toMatchObject({ paidMinor: 0, version: 1 });
  });

  test('today is the day of the company, which may be a day ahead of the clock', async () => {
    const invoice = await anInvoice(till.house);
    const receivedOn = dayInZone(till.clock.now().toISOString(), 'Pacific/Kiritimati');
    const elsewhere = dayInZone(till.clock.now().toISOString(), 'Pacific/Pago_Pago');
    const inZone = (timeZone: string) => changeCompany(till.house, { ...UNNAMED_COMPANY, timeZone }, SYSTEM);
    expect(receivedOn > elsewhere).toBe(true);
    await inZone('Pacific/Pago_Pago');
    await expect(record(invoice.id, { receivedOn })).rejects.toMatchObject({
      fields: { receivedOn: expect.any(String) },
    });
    await inZone('Pacific/Kiritimati');
    await record(invoice.id, { receivedOn });
    await inZone('UTC');
    expect((await now(invoice.id)).state).toBe('paid');
  });

  test('while a card payment is live nothing is recorded; once it is cancelled it is', async () => {
    const invoice = await anInvoice(till.house);
    const live = await aCardInFlight(invoice.id);
    await expect(record(invoice.id)).rejects.toMatchObject({ code: 'being-paid', detail: { paymentId: live } });
    await cancelPayment(till.house, { paymentId: live, actor });
    await record(invoice.id);
    expect((await now(invoice.id)).state).toBe('paid');
  });

  test('a cheque and a card at once: the invoice is settled by one of them, and only once', async () => {
    const invoice = await anInvoice(till.house);
    const press = await till.press(await till.aLink(invoice.id));
    const both = await Promise.allSettled([record(invoice.id), startPayment(till.house, press)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await now(invoice.id)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
    const charged = (await till.intents()).filter((one) => one.metadata.payment && one.amount_received > 0);
    const cards = till.house.db.read.selectFrom('payment').select('id').where('method', '=', 'card');
    expect(charged).toHaveLength((await cards.where('state', '=', 'paid').execute()).length);
  });

  test('a cheque and making void at once: the invoice is paid or void, never both', async () => {
    const invoice = await anInvoice(till.house);
    const order = { id: invoice.id, reason: 'Twice', actor };
    const both = await Promise.allSettled([record(invoice.id), voidInvoice({ ...till.house, endSettledLinks }, order)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const { state, paidMinor } = await now(invoice.id);
    expect([state, paidMinor]).toEqual(both[0]?.status === 'fulfilled' ? ['paid', 12_500] : ['void', 0]);
  });

  test('a reversed payment leaves everything owed again, its receipt marked and the books at zero', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await record(invoice.id);
    await reverse(paymentId);
    expect(await now(invoice.id)).toMatchObject({ state: 'open', dueMinor: 12_500, paidMinor: 0, version: 3 });
    expect(await booked(paymentId)).toEqual([
      ['undeposited-funds', 12_500],
      ['receivables', -12_500],
      ['receivables', 12_500],
      ['undeposited-funds', -12_500],
    ]);
    // Nothing is deleted: the claim, the payment and the reversal all stand in the invoice's books.
    expect(await booked(invoice.id)).toHaveLength(6);
    expect(await receiptOf(paymentId)).toBeDefined();
    await record(invoice.id, { method: 'cash' });
    expect((await now(invoice.id)).state).toBe('paid');
  });

  test('a link that was closed by the payment can be used again; one that was withdrawn stays so', async () => {
    const [invoice, other] = [await anInvoice(till.house), await anInvoice(till.house)];
    const [link, withdrawn] = [await till.aLink(invoice.id), await till.aLink(other.id)];
    await revokeLink(till.house, { linkId: withdrawn.id, actor });
    for (const { id } of [invoice, other]) await reverse(await record(id));
    const page = await fetch(linkUrl(till.house, link));
    expect(await page.text()).toContain('€125.00');
    expect((await fetch(linkUrl(till.house, withdrawn))).status).toBe(410);
    await startPayment(till.house, await till.press(link));
    expect((await now(invoice.id)).state).toBe('paid');
  });

  test('of two who reverse at once one wins, and nothing is taken back twice', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await record(invoice.id, { amountMinor: 5_000 });
    const both = await Promise.allSettled([reverse(paymentId), reverse(paymentId)]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'already-reversed' } });
    expect((await now(invoice.id)).paidMinor).toBe(0);
  });

  test('a reversal needs a reason, and only a recorded payment can be reversed', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await record(invoice.id);
    await expect(reverse(paymentId, '  ')).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
    const other = await anInvoice(till.house);
    const card = await startPayment(till.house, await till.press(await till.aLink(other.id)));
    await expect(reverse(card.paymentId)).rejects.toMatchObject({ code: 'not-recorded' });
    await expect(reverse('pay_nothing')).rejects.toMatchObject({ status: 404 });
  });

  test('nothing is reversed while the rest is being paid by card', async () => {
    const invoice = await anInvoice(till.house);
    const paymentId = await record(invoice.id, { amountMinor: 5_000 });
    const live = await aCardInFlight(invoice.id);
    await expect(reverse(paymentId)).rejects.toMatchObject({ code: 'being-paid' });
    await cancelPayment(till.house, { paymentId: live, actor: SYSTEM });
    await reverse(paymentId);
    expect((await now(invoice.id)).dueMinor).toBe(12_500);
  });

  test('a deposit that went on to an invoice keeps its payment', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const deposit = await aDeposit(till.house, { customerId });
    const invoice = await anInvoice(till.house, { customerId });
    const paymentId = await record(deposit.id);
    await applyDeposit(till.house, { depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor });
    await expect(reverse(paymentId)).rejects.toMatchObject({
      code: 'deposit-used',
      message: expect.stringContaining(deposit.number),
    });
    const [application] = await applicationsOf(till.house.db, { depositId: deposit.id });
    await unapplyDeposit(till.house, { applicationId: String(application?.id), actor });
    await reverse(paymentId);
    expect(await now(deposit.id)).toMatchObject({ state: 'requested', dueMinor: 5_000 });
  });
});
