import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { createInvoice } from '../../src/invoices/create-invoice.ts';
import type { InvoiceDraft } from '../../src/invoices/invoice.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('invoices on %s', (engine) => {
  let at: TestHouse;
  let draft: InvoiceDraft;
  beforeAll(async () => {
    at = await startHouse({ engine });
    const customer = await aCustomer(at.house);
    draft = {
      number: 'INV-A',
      customerId: customer.id,
      currency: 'EUR',
      totalMinor: 1250,
      issuedOn: '2026-11-01',
      dueOn: '2026-12-01',
      orderReference: 'PO 7',
      note: 'Thank you\r\nvery much',
      lines: [
        { description: 'Tea', quantity: '3', amountMinor: 1500 },
        { description: 'Discount', quantity: '', amountMinor: -250 },
      ],
    };
  });
  afterAll(() => at.stop());

  test('an invoice is filed with its lines and booked once', async () => {
    const invoice = await createInvoice(at.house, draft, SYSTEM);
    expect(await readPayables(at.house.db, [invoice.id])).toEqual([invoice]);
    expect(invoice).toMatchObject({ state: 'open', totalMinor: 1250, dueMinor: 1250, version: 1 });
    const books = await at.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select(['kind', 'ledger_account', 'amount_minor'])
      .where('subject_id', '=', invoice.id)
      .orderBy('position')
      .execute();
    expect(books).toEqual([
      { kind: 'invoice-issued', ledger_account: 'receivables', amount_minor: 1250 },
      { kind: 'invoice-issued', ledger_account: 'invoiced-elsewhere', amount_minor: -1250 },
    ]);
  });

  test('a number that differs in capitals only is taken; a deposit may have it', async () => {
    await anInvoice(at.house, { number: 'd-1001' });
    await expect(anInvoice(at.house, { number: 'D-1001' })).rejects.toMatchObject({
      fields: { number: 'Another invoice has the number D-1001.' },
    });
    expect((await aDeposit(at.house)).number).toBe('D-1001');
  });

  test('of two people who file the same number at once one is told so', async () => {
    const customerId = draft.customerId;
    const both = await Promise.allSettled([1, 2].map(() => anInvoice(at.house, { number: 'INV-TWICE', customerId })));
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('deposits asked for at once are numbered without gaps', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const numbers = await Promise.all([1, 2, 3, 4].map(async () => (await aDeposit(at.house, { customerId })).number));
    await expect(aDeposit(at.house, { customerId: 'cus_none' })).rejects.toMatchObject({ code: 'fields-invalid' });
    numbers.push((await aDeposit(at.house, { customerId })).number);
    const first = Number(numbers.sort()[0]?.slice(2));
    expect(numbers).toEqual([0, 1, 2, 3, 4].map((more) => `D-${first + more}`));
  });

  test.each([
    ['lines that do not add up', { totalMinor: 1300 }, 'total'],
    ['a sum of nothing', { totalMinor: 0, lines: [] }, 'total'],
    ['a day that does not exist', { dueOn: '2026-02-30' }, 'dueOn'],
    ['a due date before its date', { dueOn: '2026-10-01' }, 'dueOn'],
    ['an unknown currency', { currency: 'XQX' }, 'currency'],
    ['an unknown customer', { customerId: 'cus_none' }, 'customerId'],
    ['a line break in the number', { number: 'A\nB' }, 'number'],
  ])('%s is refused at its field', async (_what, over, field) => {
    const refused = createInvoice(at.house, { ...draft, number: 'INV-B', ...over }, SYSTEM);
    await expect(refused).rejects.toMatchObject({ status: 422, fields: { [field]: expect.any(String) } });
  });
});
