import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import type { Customer } from '../../src/customers/customer.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { bookedBefore, heldBefore } from '../../src/deposits/deposits-held.store.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { addDays, dayInZone, startOfDayIso } from '../../src/platform/show-time.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const ZONE = 'Pacific/Auckland';
const DAY_MS = 86_400_000;
const form = { customer: 'C-30', currency: 'EUR', note: '' };

let till: Till;
let clerk: SignedInBrowser;
let accountant: SignedInBrowser;
let customer: Customer;

beforeAll(async () => {
  till = await openTill();
  clerk = await signIn(till, 'clerk');
  accountant = await signIn(till, 'accountant');
  customer = await aCustomer(till.house, { number: 'C-30', name: 'Thirty & Co' });
  await changeCompany(till.house, { ...(await readCompany(till.house.db)), tradingName: 'T', timeZone: ZONE }, SYSTEM);
});
afterAll(() => till.stop());

async function held(over: { amountMinor?: number; orderReference?: string } = {}): Promise<Payable> {
  const deposit = await aDeposit(till.house, { customerId: customer.id, ...over });
  const paid = await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
  expect(paid.state).toBe('succeeded');
  return deposit;
}
const invoiceOf = (amountMinor: number) => anInvoice(till.house, { customerId: customer.id, amountMinor });
const deposits = () => till.house.db.read.selectFrom('deposit').select('payable_id').execute();

describe('a percentage of an order', () => {
  const percent = {
    ...form,
    ask: 'percent',
    percent: '12.5',
    orderReference: 'PO 12',
    orderTotal: '1000.20',
    total: '',
  };

  test('is shown as a sum before it is asked for, and as what it is afterwards', async () => {
    const before = (await deposits()).length;
    const shown = await clerk.post(paths.newDeposit(), percent);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('12.5 % of €1,000.20 EUR is €125.03 EUR.');
    expect(await deposits()).toHaveLength(before);
    const made = await clerk.post(paths.newDeposit(), { ...percent, agreed: '12503' });
    expect(made.status).toBe(303);
    const { text } = await clerk.get(made.headers.location as string);
    expect(text).toContain('€125.03');
    expect(text).toContain('12.5 % of an order of €1,000.20');
  });

  test('is not asked for at another sum than the one that was shown', async () => {
    const before = (await deposits()).length;
    const moved = await clerk.post(paths.newDeposit(), { ...percent, orderTotal: '2000.20', agreed: '12503' });
    expect(moved.text).toContain('is €250.03 EUR.');
    expect(await deposits()).toHaveLength(before);
  });

  test.each([
    [{ percent: '0' }, 'percent', 'above 0 and up to 100'],
    [{ percent: '100.5' }, 'percent', 'above 0 and up to 100'],
    [{ percent: 'third' }, 'percent', 'above 0 and up to 100'],
    [{ orderTotal: '' }, 'orderTotal', 'Enter the total of the order'],
    [{ orderTotal: '0.01', percent: '1' }, 'percent', 'comes to nothing'],
  ])('with %p is refused next to its field, and what was typed stays', async (over, field, sentence) => {
    const answer = await clerk.post(paths.newDeposit(), { ...percent, ...over });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`id="${field}-error"`);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toContain('value="PO 12"');
  });
});

describe('a second deposit for the same order', () => {
  test('is asked for only when it is confirmed, and the same form sent twice is one deposit', async () => {
    const sum = { ...form, total: '10.00', orderTotal: '', orderReference: 'Twice 1', submissionId: newId('req') };
    const first = await clerk.post(paths.newDeposit(), sum);
    const again = await clerk.post(paths.newDeposit(), sum);
    expect(first.status).toBe(303);
    expect(again.headers.location).toBe(first.headers.location);

    const other = { ...sum, orderReference: ' TWICE 1', submissionId: newId('req') };
    const warned = await clerk.post(paths.newDeposit(), other);
    expect(warned.status).toBe(200);
    expect(warned.text).toContain('A deposit for this order is open already');
    const agreed = /name="agreed" value="([^"]+)"/.exec(warned.text)?.[1] ?? '';
    expect((await clerk.post(paths.newDeposit(), { ...other, agreed })).status).toBe(303);
  });
});

describe('the page "Apply deposits"', () => {
  const apply = (address: string, other: Payable, amount: string) =>
    clerk.post(address, { other: other.id, amount, submissionId: newId('req') });

  test('of an invoice offers what is left, applies an edited sum and takes it back', async () => {
    const deposit = await held({ amountMinor: 5_000 });
    const invoice = await invoiceOf(3_000);
    const page = paths.depositsForInvoice(invoice.id);
    expect((await clerk.get(paths.invoice(invoice.id))).text).toContain(`href="${page}"`);
    const before = (await clerk.get(page)).text;
    expect(before).toContain(`id="amount-${deposit.id}"`);
    expect(before).toMatch(new RegExp(`id="amount-${deposit.id}"[^>]* value="30.00"`));

    expect((await apply(page, deposit, '12.34')).status).toBe(303);
    const after = (await clerk.get(page)).text;
    expect(after).toContain('Applied €12.34 EUR.');
    const action = /action="(\/deposit-applications\/[^"]+)"/.exec(after)?.[1] ?? '';
    expect((await clerk.get(paths.invoice(invoice.id))).text).toContain('Applied deposits');
    expect((await clerk.get(paths.deposit(deposit.id))).text).toContain(`Applied to invoice ${invoice.number}`);

    const undone = await clerk.post(action, { back: 'invoice', id: invoice.id });
    expect(undone.headers.location).toBe(page);
    expect((await clerk.get(page)).text).toContain('Un-applied: the sum is due');
    await clerk.post(action, { back: 'invoice', id: invoice.id });
    expect((await clerk.get(page)).text).toContain('This had been un-applied already.');
    expect((await clerk.get(paths.deposit(deposit.id))).text).toContain(`Un-applied from invoice ${invoice.number}`);
  });

  test('of a deposit offers invoices of the same customer and currency only', async () => {
    const deposit = await held();
    const mine = await invoiceOf(2_000);
    const dollars = await anInvoice(till.house, { customerId: customer.id, currency: 'USD' });
    const foreign = await anInvoice(till.house);
    const page = paths.invoicesForDeposit(deposit.id);
    const { text } = await clerk.get(page);
    expect(text).toContain(`id="amount-${mine.id}"`);
    for (const other of [dollars, foreign]) {
      expect(text).not.toContain(other.id);
      expect((await apply(page, other, '1.00')).status).toBe(409);
    }
    expect((await apply(page, mine, '20.00')).status).toBe(303);
  });

  test.each([
    ['50.01', 'Only €50.00 EUR is left of deposit'],
    ['0.00', 'Enter a sum above zero.'],
    ['a lot', 'Enter a sum such as'],
  ])('refuses %s next to the field, with what was typed', async (amount, sentence) => {
    const deposit = await held({ amountMinor: 5_000 });
    const answer = await apply(paths.depositsForInvoice((await invoiceOf(9_000)).id), deposit, amount);
    expect([409, 422]).toContain(answer.status);
    expect(answer.text).toContain(sentence);
    expect(answer.text).toContain(`value="${amount}"`);
    expect(answer.text).toContain(`id="amount-${deposit.id}-error"`);
  });

  test('says that a card payment is under way, with a button that cancels it', async () => {
    const deposit = await held();
    const invoice = await invoiceOf(2_500);
    const { paymentId } = await startPayment(
      till.house,
      await till.press(await till.aLink(invoice.id), { card: CARDS.challenge }),
    );
    const refused = await apply(paths.depositsForInvoice(invoice.id), deposit, '25.00');
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('A card payment has been under way');
    expect(refused.text).toContain(`action="${paths.cancelPayment(paymentId)}"`);
    await clerk.post(paths.cancelPayment(paymentId));
    expect((await apply(paths.depositsForInvoice(invoice.id), deposit, '25.00')).status).toBe(303);
  });

  test('is closed to an accountant, who may refund; a clerk may not', async () => {
    const deposit = await held();
    expect((await accountant.get(paths.invoicesForDeposit(deposit.id))).status).toBe(403);
    expect((await accountant.get(paths.deposit(deposit.id))).text).toContain('Refund the rest');
    expect((await clerk.get(paths.deposit(deposit.id))).text).not.toContain('Refund the rest');
    expect((await clerk.get(paths.refundDeposit(deposit.id))).status).toBe(403);
  });
});

describe('the page "Refund the rest"', () => {
  const order = { amount: '20.00', method: 'card', reason: 'Order cancelled' };

  test('begins with what is left and the card that paid, and the refund stands on the deposit', async () => {
    const deposit = await held();
    const page = (await accountant.get(paths.refundDeposit(deposit.id))).text;
    expect(page).toContain('value="50.00"');
    expect(page).toContain('Visa ending in 4242');
    expect(page).not.toContain('In cash');
    const submissionId = /name="submissionId" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const done = await accountant.post(paths.refundDeposit(deposit.id), { ...order, submissionId });
    expect(done.headers.location).toBe(paths.deposit(deposit.id));
    const { text } = await accountant.get(paths.deposit(deposit.id));
    expect(text).toContain('€20.00 EUR is refunded.');
    expect(text).toContain('Partially refunded');
    expect(text).toContain('Refunded by card (Visa ending in 4242)');
    expect(text).toContain('Order cancelled');
    expect((await accountant.get(paths.transactions(deposit.id))).text).toContain('Customer deposits');
  });

  test.each([
    ['more than is left', { amount: '50.01' }, 409, 'Only €50.00 EUR is left of this deposit.'],
    ['a sum in words', { amount: 'all' }, 422, 'Enter a sum such as'],
    ['cash for a card', { method: 'cash' }, 409, 'goes back to that card'],
    ['a way that there is not', { method: 'shells' }, 422, 'Choose how it is given back.'],
    ['a long reason', { reason: 'x'.repeat(201) }, 422, 'At most 200 characters'],
  ])('refuses %s next to its field', async (_, over, status, sentence) => {
    const deposit = await held();
    const answer = await accountant.post(paths.refundDeposit(deposit.id), {
      ...order,
      ...over,
      submissionId: newId('req'),
    });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(sentence);
  });

  test('says so where the gateway gives no clear answer, and asks again when told to', async () => {
    const deposit = await held();
    const match = { method: 'POST', path: '/v1/refunds' };
    await till.control('POST', '/faults', { match, do: 'refuse', times: 2 });
    await accountant.post(paths.refundDeposit(deposit.id), { ...order, submissionId: newId('req') });
    const waiting = (await accountant.get(paths.deposit(deposit.id))).text;
    expect(waiting).toContain('no clear answer about €20.00');
    expect(waiting).toContain('Being sent');
    const ask = /action="(\/refunds\/[^"]+\/look)"/.exec(waiting)?.[1] ?? '';
    await accountant.post(ask);
    expect((await accountant.get(paths.deposit(deposit.id))).text).toContain('€20.00 EUR is refunded.');
  });
});

describe('the statement of deposits held', () => {
  test('tells what was held at the end of a day, as the books do, and comes as a file', async () => {
    const other = await aCustomer(till.house, { number: 'C-31', name: '=Thirty-one' });
    const today = () => dayInZone(till.clock.now().toISOString(), ZONE);
    const first = today();
    const deposit = await aDeposit(till.house, { customerId: other.id, currency: 'JPY', amountMinor: 900 });
    await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
    till.clock.advance(DAY_MS);
    const invoice = await anInvoice(till.house, { customerId: other.id, currency: 'JPY', amountMinor: 400 });
    const application = { depositId: deposit.id, invoiceId: invoice.id, submissionId: newId('req'), actor: SYSTEM };
    await applyDeposit(till.house, application);
    till.clock.advance(DAY_MS);
    await refundDeposit(till.house, {
      ...{ depositId: deposit.id, amountMinor: 500, method: 'card', reference: '', reason: '' },
      ...{ submissionId: newId('req'), actor: SYSTEM },
    });

    const heldOn = async (day: string) => {
      const endsIso = startOfDayIso(addDays(day, 1), ZONE);
      const rows = (await heldBefore(till.house.db, endsIso, 500)).filter((row) => row.currency === 'JPY');
      return [
        rows.reduce((sum, row) => sum + row.heldMinor, 0),
        (await bookedBefore(till.house.db, endsIso)).get('JPY') ?? 0,
      ];
    };
    expect(await heldOn(addDays(first, -1))).toEqual([0, 0]);
    expect(await heldOn(first)).toEqual([900, 900]);
    expect(await heldOn(addDays(first, 1))).toEqual([500, 500]);
    expect(await heldOn(today())).toEqual([0, 0]);

    // Those who signed in two days ago are signed out by now.
    clerk = await signIn(till, 'clerk');
    const { text } = await clerk.get(`${paths.depositsHeld()}?on=${first}`);
    expect(text).toContain('¥900');
    expect(text).toContain('as in the books');
    expect(text).not.toContain('The books say');
    expect((await clerk.get(paths.deposits())).text).toContain(`href="${paths.depositsHeld()}"`);
    const file = await clerk.get(`${paths.depositsHeldCsv()}?on=${addDays(first, 1)}`);
    expect(file.headers['content-disposition']).toContain(`deposits-held-${addDays(first, 1)}.csv`);
    expect(file.text).toContain(`C-31,'=Thirty-one,${deposit.number},,JPY,500\r\n`);
  });

  test('of a day that has not begun, or of none, is refused', async () => {
    for (const day of ['2999-01-01', '2026-02-30', 'yesterday']) {
      expect((await clerk.get(`${paths.depositsHeld()}?on=${day}`)).text).toContain('Choose a day that has begun.');
      expect((await clerk.get(`${paths.depositsHeldCsv()}?on=${day}`)).status).toBe(422);
    }
  });
});
