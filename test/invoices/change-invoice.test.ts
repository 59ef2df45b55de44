import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { allocate } from '../../src/payables/allocate.ts';
import { lockPayables } from '../../src/payables/payables.store.ts';
import { newId } from '../../src/platform/ids.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('changing an invoice on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
  });
  afterAll(() => at.stop());

  async function booked(id: string): Promise<number> {
    const row = await at.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select((eb) => eb.fn.sum<number>('amount_minor').as('sum'))
      .where('ledger_account', '=', 'receivables')
      .where((eb) => eb.or([eb('subject_id', '=', id), eb('subject_id', 'like', `${id}:%`)]))
      .executeTakeFirstOrThrow();
    return Number(row.sum);
  }

  async function aPayment(customerId: string, amountMinor: number): Promise<string> {
    const id = newId('pay');
    await at.house.db.q
      .insertInto('payment')
      .values({
        id,
        method: 'cash',
        channel: 'office',
        customer_id: customerId,
        account_id: null,
        link_id: null,
        currency: 'EUR',
        amount_minor: amountMinor,
        state: 'ready',
        created_at: new Date().toISOString(),
        looks: 0,
      } as never)
      .execute();
    return id;
  }

  test('a corrected total is booked as a difference, as often as it is corrected', async () => {
    const { id } = await anInvoice(at.house, { amountMinor: 10_000 });
    const change = async (totalMinor: number) => {
      const { draft, payable } = await readInvoice(at.house.db, id);
      return changeInvoice(at.house, { id, version: payable.version }, { ...draft, totalMinor }, SYSTEM);
    };
    expect(await change(12_000)).toEqual({ total: { from: '100.00', to: '120.00' } });
    await change(9_000);
    expect(await change(9_000)).toEqual({});
    const { payable } = await readInvoice(at.house.db, id);
    expect(payable).toMatchObject({ totalMinor: 9_000, dueMinor: 9_000, version: 3, state: 'open' });
    expect(await booked(id)).toBe(9_000);
  });

  test('lines are replaced with the total', async () => {
    const { id } = await anInvoice(at.house, { amountMinor: 500 });
    const { draft } = await readInvoice(at.house.db, id);
    const lines = [{ description: 'Tea', quantity: '', amountMinor: 700 }];
    await changeInvoice(at.house, { id, version: 1 }, { ...draft, totalMinor: 700, lines }, SYSTEM);
    expect((await readInvoice(at.house.db, id)).draft).toMatchObject({ totalMinor: 700, lines });
  });

  test('nothing can be changed once something is paid', async () => {
    const { id, customerId } = await anInvoice(at.house);
    const paymentId = await aPayment(customerId, 100);
    await at.house.db.tx(async () => {
      const [payable] = await lockPayables(at.house.db, [id]);
      await allocate(at.house, payable as never, { paymentId, amountMinor: 100 });
    });
    const { draft } = await readInvoice(at.house.db, id);
    const refused = changeInvoice(at.house, { id, version: 2 }, { ...draft, note: 'x' }, SYSTEM);
    await expect(refused).rejects.toMatchObject({ code: 'not-changeable', status: 409 });
  });

  test('nothing can be changed while somebody is paying', async () => {
    const { id, customerId } = await anInvoice(at.house);
    const paymentId = await aPayment(customerId, 100);
    const lease = { payable_id: id, payment_id: paymentId, taken_at: new Date().toISOString() };
    await at.house.db.q.insertInto('lease').values(lease).execute();
    const { draft } = await readInvoice(at.house.db, id);
    const refused = changeInvoice(at.house, { id, version: 1 }, { ...draft, totalMinor: 1 }, SYSTEM);
    await expect(refused).rejects.toMatchObject({ code: 'being-paid' });
    expect(await booked(id)).toBe(12_500);
  });

  test('the number of another invoice is refused at its field', async () => {
    const { number } = await anInvoice(at.house);
    const { id } = await anInvoice(at.house);
    const { draft } = await readInvoice(at.house.db, id);
    const refused = changeInvoice(at.house, { id, version: 1 }, { ...draft, number: number.toLowerCase() }, SYSTEM);
    await expect(refused).rejects.toMatchObject({ fields: { number: expect.stringContaining('Another invoice') } });
  });
});
