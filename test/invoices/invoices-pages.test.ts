import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Customer } from '../../src/customers/customer.ts';
import { paths } from '../../src/paths.ts';
import { addDays } from '../../src/platform/show-time.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

let at: TestHouse;
let clerk: SignedInBrowser;
let customer: Customer;
let form: Record<string, string>;

beforeAll(async () => {
  at = await startHouse();
  clerk = await signIn(at, 'clerk');
  customer = await aCustomer(at.house, { number: 'C-77', name: 'Tea & Co' });
  form = {
    customer: 'c-77',
    currency: 'eur',
    number: 'F-1',
    issuedOn: '2026-11-01',
    dueOn: '2026-12-01',
    orderReference: '',
    note: '',
    total: '',
    rows: '5',
  };
});
afterAll(() => at.stop());

async function totalOf(number: string) {
  const rows = at.house.db.read.selectFrom('payable').select(['total_minor', 'currency']);
  return rows.where('number', '=', number).executeTakeFirst();
}

describe('the form of an invoice', () => {
  test('takes lines with gaps between them and adds them up', async () => {
    const lines = { 'description-1': 'Tea', 'quantity-1': '2', 'amount-1': '1,200.50' };
    const answer = await clerk.post(paths.newInvoice(), {
      ...form,
      ...lines,
      'description-4': 'Discount',
      'amount-4': '-0.50',
    });
    expect(answer.status).toBe(303);
    expect(await totalOf('F-1')).toEqual({ total_minor: 120_000, currency: 'EUR' });
    const page = (await clerk.get(answer.headers.location as string)).text;
    expect(page).toContain('Discount');
    expect(page).toContain('€1,200.00');
    expect(page).toContain('Send payment link');
  });

  test.each([
    ['JPY', '1250', 1250],
    ['KWD', '1.005', 1005],
    ['USD', '10.5', 1050],
  ])('reads a total in %s as %s', async (currency, total, minor) => {
    const answer = await clerk.post(paths.newInvoice(), { ...form, number: `F-${currency}`, currency, total });
    expect(answer.status).toBe(303);
    expect(await totalOf(`F-${currency}`)).toEqual({ total_minor: minor, currency });
  });

  test.each([
    ['JPY', '12.50'],
    ['EUR', '12.505'],
    ['EUR', '1.250'],
    ['EUR', '1e3'],
    ['EUR', '-5'],
    ['EUR', '0'],
    ['EUR', '99999999999999'],
  ])('refuses a total in %s of %s at its field', async (currency, total) => {
    const answer = await clerk.post(paths.newInvoice(), { ...form, number: 'F-BAD', currency, total });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('id="total-error"');
    expect(answer.text).toContain(`value="${total}"`);
    expect(await totalOf('F-BAD')).toBeUndefined();
  });

  test('keeps everything typed beside its errors, lines too', async () => {
    const answer = await clerk.post(paths.newInvoice(), {
      ...form,
      number: 'f-1',
      customer: 'nobody',
      'description-2': 'Tea <b>',
      'amount-2': 'ten',
      note: 'A "note"',
    });
    expect(answer.status).toBe(422);
    for (const field of ['customer', 'amount-1']) expect(answer.text).toContain(`id="${field}-error"`);
    for (const kept of ['value="nobody"', 'value="Tea &lt;b&gt;"', 'value="ten"', 'A &#34;note&#34;']) {
      expect(answer.text).toContain(kept);
    }
  });

  test('says at its field that the number is taken', async () => {
    const answer = await clerk.post(paths.newInvoice(), { ...form, number: 'f-1', total: '5' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Another invoice has the number f-1.');
  });

  test('gives more lines without a script and loses nothing, up to thirty', async () => {
    const typed = { ...form, 'description-3': 'Tea', 'amount-3': '5', add: 'lines' };
    const answer = await clerk.post(paths.newInvoice(), typed);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('name="rows" value="10"');
    expect(answer.text).toContain('id="description-10"');
    expect(answer.text).toContain('value="Tea"');
    const full = await clerk.post(paths.newInvoice(), { ...typed, rows: '28' });
    expect(full.text).toContain('id="description-30"');
    expect(full.text).not.toContain('name="add"');
  });

  test('says which customers a vague name may mean', async () => {
    await aCustomer(at.house, { number: 'C-78', name: 'Tea House' });
    const answer = await clerk.post(paths.newInvoice(), { ...form, customer: 'tea', total: '5', number: 'F-9' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('C-77 (Tea &amp; Co)');
    expect(answer.text).toContain('C-78 (Tea House)');
  });

  test('refuses a field that it does not have', async () => {
    expect((await clerk.post(paths.newInvoice(), { ...form, total: '5', state: 'paid' })).status).toBe(400);
    expect((await clerk.post(paths.newInvoice(), { ...form, total: '5', 'amount-31': '5' })).status).toBe(400);
  });

  test('is refused when somebody else saved first', async () => {
    const { id } = await anInvoice(at.house, { customerId: customer.id, number: 'F-CHANGE' });
    const { customer: _customer, currency: _currency, ...fields } = form;
    const mine = { ...fields, number: 'F-CHANGE', total: '99.00', version: '1' };
    expect((await clerk.post(paths.editInvoice(id), mine)).status).toBe(303);
    const late = await clerk.post(paths.editInvoice(id), { ...mine, total: '88.00' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Somebody else changed this invoice meanwhile');
    expect(late.text).toContain('value="88.00"');
    expect((await clerk.get(paths.invoice(id))).text).toContain('total: 125.00 → 99.00');
  });
});

describe('the list of invoices', () => {
  test('is narrowed by state, currency, customer, words and what is overdue', async () => {
    const { id } = await aCustomer(at.house, { name: 'Filter Inc' });
    const mine = { customerId: id };
    await anInvoice(at.house, { ...mine, number: 'L-OLD', dueOn: '2020-01-31' });
    await anInvoice(at.house, { ...mine, number: 'L-CHF', currency: 'CHF', orderReference: 'PO-555' });
    await anInvoice(at.house, { number: 'L-OTHER' });
    const numbers = async (query: string) =>
      [...(await clerk.get(`${paths.invoices()}?${query}`)).text.matchAll(/>(L-[A-Z]+)</g)].map((hit) => hit[1]);
    expect(await numbers(`customer=${id}`)).toEqual(['L-CHF', 'L-OLD']);
    expect(await numbers(`customer=${id}&overdue=yes`)).toEqual(['L-OLD']);
    expect(await numbers(`customer=${id}&currency=CHF`)).toEqual(['L-CHF']);
    expect(await numbers(`customer=${id}&state=paid`)).toEqual([]);
    expect(await numbers('q=po+555')).toEqual(['L-CHF']);
    expect(await numbers('q=filter+inc+old')).toEqual(['L-OLD']);
    expect(await numbers('q=L&customer=nonsense')).toEqual(['L-OTHER', 'L-CHF', 'L-OLD']);
  });

  test('lists what is owed by its due day, the latest first, from page to page and whatever is paid of it', async () => {
    const { id } = await aCustomer(at.house);
    const made = [];
    for (let i = 0; i < 60; i++) {
      // Due in the other order than they were made; days with one invoice and days with two.
      const dueOn = addDays('2020-06-30', -Math.ceil(i / 2));
      made.push({ ...(await anInvoice(at.house, { customerId: id, number: `O-${i}`, dueOn })), dueOn });
    }
    const some = made.filter((_, i) => i % 3 === 0).map((one) => one.id);
    await at.house.db.q.updateTable('payable').set({ state: 'part_paid' }).where('id', 'in', some).execute();
    const seen: string[] = [];
    for (let next: string | undefined = `${paths.invoices()}?customer=${id}&overdue=yes`; next; ) {
      const { text } = await clerk.get(next);
      seen.push(...[...text.matchAll(/>(O-\d+)</g)].map((hit) => hit[1] as string));
      next = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    }
    expect((await clerk.get(`${paths.invoices()}?overdue=yes`)).text).toContain(
      'What customers owe, the latest due first.',
    );
    expect((await clerk.get(paths.invoices())).text).toContain('What customers owe, newest first.');
    const latestFirst = made.toSorted((a, b) => b.dueOn.localeCompare(a.dueOn) || b.id.localeCompare(a.id));
    expect(seen).toEqual(latestFirst.map((one) => one.number));
  });

  test('keeps its filter from page to page, without gaps or doubles', async () => {
    const { id } = await aCustomer(at.house);
    for (let i = 0; i < 60; i++) await anInvoice(at.house, { customerId: id, number: `P-${i}` });
    const seen: string[] = [];
    for (let next: string | undefined = `${paths.invoices()}?customer=${id}`; next; ) {
      const { text } = await clerk.get(next);
      seen.push(...[...text.matchAll(/>(P-\d+)</g)].map((hit) => hit[1] as string));
      next = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => `P-${59 - i}`));
  });
});
