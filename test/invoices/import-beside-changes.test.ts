import { AsyncResource } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import type { InvoiceDraft } from '../../src/invoices/invoice.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('a file and a clerk change one invoice at the same moment, on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aCustomer(at.house, { number: 'F-1' });
  });
  afterAll(() => at.stop());

  const invoice = async (number: string) => {
    const customer = at.house.db.read.selectFrom('customer').select('id').where('number', '=', 'F-1');
    const { id: customerId } = await customer.executeTakeFirstOrThrow();
    return readInvoice(at.house.db, (await anInvoice(at.house, { customerId, number })).id);
  };
  const take = (number: string) => {
    const dates = { issuedOn: '2026-11-01', dueOn: '2026-12-01' };
    const rows = [{ number, ...dates, customerNumber: 'F-1', currency: 'EUR', total: '60.00' }];
    const how = { notation: { dates: 'ymd', decimals: 'point' }, actor: SYSTEM, dryRun: false } as const;
    return at.house.db.tx(() => at.house.importers.invoices.take(at.house, rows, how));
  };

  /** As another process would do it: not in the transaction that is open here. */
  const beside = new AsyncResource('beside');

  /** The file is read while the clerk's change is not yet committed; gives what became of the line. */
  async function changedMeanwhile(number: string, change: Partial<InvoiceDraft>) {
    const { payable, draft } = await invoice(number);
    let taking: ReturnType<typeof take> | undefined;
    await at.house.db.tx(async () => {
      await changeInvoice(at.house, payable, { ...draft, ...change }, SYSTEM);
      taking = beside.runInAsyncScope(() => take(number));
      await Promise.race([taking, new Promise((resume) => setTimeout(resume, 300))]);
    });
    const [outcome] = (await taking) ?? [];
    return { outcome, now: await readInvoice(at.house.db, payable.id) };
  }

  test('lines that were just written keep making up the total', async () => {
    const lines = [{ description: 'Chairs', quantity: '5', amountMinor: 12_500 }];
    const { outcome, now } = await changedMeanwhile('F-LINES', { lines });
    expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('has lines') });
    expect(now.payable.totalMinor).toBe(12_500);
  });

  test('an invoice that has just got another number is not what the file speaks of', async () => {
    const { outcome, now } = await changedMeanwhile('F-TYPO', { number: 'F-RIGHT' });
    expect(['created', 'refused']).toContain(outcome?.outcome);
    expect(now.payable).toMatchObject({ number: 'F-RIGHT', totalMinor: 12_500 });
  });
});
