import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import type { Importers } from '../../src/imports/importer.ts';
import { readImport, refusedLines } from '../../src/imports/imports.store.ts';
import type { Mapping } from '../../src/imports/mapping.ts';
import { continueImports, runImport } from '../../src/imports/run-import.ts';
import { startImport } from '../../src/imports/start-import.ts';
import { uploadFile } from '../../src/imports/upload-file.ts';
import { newId } from '../../src/platform/ids.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';

const HEADER = 'invoice_number,invoice_date,due_date,customer_number,customer_name,customer_email,currency,total';
const mapping: Mapping = {
  delimiter: ',',
  dates: 'ymd',
  decimals: 'point',
  columns: {
    number: 0,
    issuedOn: 1,
    dueOn: 2,
    customerNumber: 3,
    customerName: 4,
    customerEmail: 5,
    currency: 6,
    total: 7,
  },
};

/** So many invoices of so many customers; their sum in minor units. */
function bigFile(prefix: string, invoices: number, customers: number) {
  let sumMinor = 0;
  const lines = Array.from({ length: invoices }, (_, i) => {
    const minor = 100 + ((i * 7919) % 90_000);
    sumMinor += minor;
    const who = `${prefix}${(i * 31) % customers}`;
    const total = `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
    return `${prefix}-${i},2026-12-01,2026-12-31,${who},Customer ${who},c-${who}@example.test,GBP,${total}`;
  });
  return { text: `${HEADER}\n${lines.join('\n')}\n`, sumMinor };
}

describe.each(ENGINES)('imports on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
  });
  afterAll(() => at.stop());

  async function started(text: string): Promise<string> {
    const bytes = Buffer.from(text);
    const id = await uploadFile(at.house, { kind: 'invoices', name: 'file.csv', bytes }, SYSTEM);
    await startImport(at.house, { id, mapping }, SYSTEM);
    return id;
  }

  async function imported(text: string) {
    const id = await started(text);
    await runImport(at.house, id);
    const refused = await refusedLines(at.house.db, id, { limit: 100 });
    return { ...(await readImport(at.house.db, id)), reasons: refused.map((line) => line.reason) };
  }

  /** How many invoices begin with the prefix, their sum, and what the books hold of them. */
  async function booksOf(prefix: string) {
    const { count, sum, booked } = await at.house.db.read
      .selectFrom('payable')
      .leftJoin('journal_entry', 'journal_entry.subject_id', 'payable.id')
      .leftJoin('journal_line', (join) =>
        join.onRef('journal_line.entry_id', '=', 'journal_entry.id').on('ledger_account', '=', 'receivables'),
      )
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.sum<number>('total_minor').as('sum'),
        eb.fn.sum<number>('amount_minor').as('booked'),
      ])
      .where('number', 'like', `${prefix}-%`)
      .executeTakeFirstOrThrow();
    return { count: Number(count), sum: Number(sum), booked: Number(booked) };
  }

  const line = (number: string, total: string, over: { currency?: string; customer?: string; due?: string } = {}) =>
    `${number},2026-12-01,${over.due ?? '2026-12-31'},${over.customer ?? 'X'},X Ltd,,${over.currency ?? 'EUR'},${total}`;

  test('two imports of the same file at once file each invoice and customer once', async () => {
    const { text, sumMinor } = bigFile('TWO', 900, 300);
    const ids = await Promise.all([started(text), started(text)]);
    await Promise.all(ids.map((id) => runImport(at.house, id)));
    const [one, two] = await Promise.all(ids.map((id) => readImport(at.house.db, id)));
    expect([one?.state, two?.state]).toEqual(['done', 'done']);
    expect((one?.counts.created ?? 0) + (two?.counts.created ?? 0)).toBe(900);
    expect((one?.counts.unchanged ?? 0) + (two?.counts.unchanged ?? 0)).toBe(900);
    expect(await booksOf('TWO')).toEqual({ count: 900, sum: sumMinor, booked: sumMinor });
    const customers = at.house.db.read.selectFrom('customer').select('id').where('number', 'like', 'TWO%');
    expect(await customers.execute()).toHaveLength(300);
  });

  test('an import whose process died goes on where it was, and takes no line twice', async () => {
    const { text, sumMinor } = bigFile('DIE', 700, 50);
    const id = await started(text);
    let batches = 0;
    const dying: Importers = {
      ...at.house.importers,
      invoices: {
        ...at.house.importers.invoices,
        take: async (parts, rows, how) => {
          const outcomes = await at.house.importers.invoices.take(parts, rows, how);
          // Never comes back, like a process that is gone; its transaction is rolled back by the error.
          if (++batches === 3) throw Object.assign(new Error('gone'), { gone: true });
          return outcomes;
        },
      },
    };
    await runImport({ ...at.house, importers: dying }, id);
    expect(await readImport(at.house.db, id)).toMatchObject({ state: 'failed', doneLines: 400 });

    // As a dead process leaves it: running, claimed for a while.
    const claimed_until = new Date(at.clock.now().getTime() + 60_000).toISOString();
    await at.house.db.q
      .updateTable('import_file')
      .set({ state: 'running', claimed_until })
      .where('id', '=', id)
      .execute();
    await continueImports(at.house);
    expect((await readImport(at.house.db, id)).doneLines).toBe(400);
    at.clock.advance(61_000);
    await Promise.all([1, 2].map(() => continueImports(at.house)));
    expect(await readImport(at.house.db, id)).toMatchObject({
      state: 'done',
      doneLines: 700,
      counts: { created: 700, updated: 0, unchanged: 0, refused: 0 },
    });
    expect(await booksOf('DIE')).toEqual({ count: 700, sum: sumMinor, booked: sumMinor });
  });

  test('one that stopped says so in a sentence and can be continued', async () => {
    const id = await started(`${HEADER}\n${line('STOP-1', '5')}\n`);
    const broken = { ...at.house.importers.invoices, take: () => Promise.reject(new Error('disk full')) };
    await runImport({ ...at.house, importers: { ...at.house.importers, invoices: broken } }, id);
    const stopped = await readImport(at.house.db, id);
    expect(stopped.state).toBe('failed');
    expect(stopped.failure).toContain('by continuing');
    expect(stopped.failure).not.toContain('disk');
    await startImport(at.house, { id }, SYSTEM);
    await runImport(at.house, id);
    expect(await readImport(at.house.db, id)).toMatchObject({ state: 'done', failure: undefined });
  });

  test('corrects totals and dates within what is paid, and the books follow', async () => {
    const { id: customerId } = await aCustomer(at.house, { number: 'W' });
    const { id } = await anInvoice(at.house, { customerId, number: 'FIX-1', amountMinor: 10_000 });
    await pay(id, customerId, 4_000);
    expect((await imported(`${HEADER}\n${line('fix-1', '39.99', { customer: 'W' })}\n`)).reasons[0]).toContain(
      'below the 40.00 EUR',
    );
    expect((await imported(`${HEADER}\n${line('fix-1', '90', { customer: 'W' })}\n`)).counts.updated).toBe(1);
    expect((await imported(`${HEADER}\n${line('fix-1', '40', { customer: 'W' })}\n`)).counts.updated).toBe(1);
    const payable = at.house.db.read.selectFrom('payable').select(['state', 'total_minor', 'number', 'version']);
    expect(await payable.where('id', '=', id).executeTakeFirst()).toEqual({
      state: 'paid',
      total_minor: 4_000,
      number: 'FIX-1',
      version: 3,
    });
    expect((await imported(`${HEADER}\n${line('fix-1', '40', { customer: 'W' })}\n`)).counts.unchanged).toBe(1);
    const booked = await at.house.db.read
      .selectFrom('journal_line')
      .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
      .select((eb) => eb.fn.sum<number>('amount_minor').as('sum'))
      .where('ledger_account', '=', 'receivables')
      .where('subject_id', 'like', `${id}%`)
      .executeTakeFirst();
    expect(Number(booked?.sum)).toBe(4_000);
  });

  test('refuses what must not change, each with its reason', async () => {
    const { id: customerId } = await aCustomer(at.house, { number: 'Y' });
    await aCustomer(at.house, { number: 'Z' });
    const own = { customerId, amountMinor: 10_000 };
    await anInvoice(at.house, { ...own, number: 'NO-CUR' });
    await anInvoice(at.house, { ...own, number: 'NO-CUS' });
    const lines = [{ description: 'Tea', quantity: '', amountMinor: 10_000 }];
    await anInvoice(at.house, { ...own, number: 'NO-LINES', lines });
    const void_ = await anInvoice(at.house, { ...own, number: 'NO-VOID' });
    await at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', void_.id).execute();
    const leased = await anInvoice(at.house, { ...own, number: 'NO-LEASE' });
    const payment_id = await aPayment(customerId, 100);
    const lease = { payable_id: leased.id, payment_id, taken_at: new Date().toISOString() };
    await at.house.db.q.insertInto('lease').values(lease).execute();

    const customer = { customer: 'Y' };
    const file = [
      line('NO-CUR', '100', { ...customer, currency: 'USD' }),
      line('NO-CUS', '100', { customer: 'Z' }),
      line('NO-LINES', '99', customer),
      line('NO-VOID', '100', customer),
      line('NO-LEASE', '99', customer),
    ];
    const { reasons, counts } = await imported(`${HEADER}\n${file.join('\n')}\n`);
    expect(counts.refused).toBe(5);
    for (const [i, word] of ['not in USD', 'another customer', 'has lines', 'is void', 'being paid'].entries()) {
      expect(reasons[i]).toContain(word);
    }
  });

  async function aPayment(customerId: string, amountMinor: number): Promise<string> {
    const id = newId('pay');
    const row = { id, method: 'cash', channel: 'office', customer_id: customerId, currency: 'EUR', looks: 0 };
    await at.house.db.q
      .insertInto('payment')
      .values({ ...row, amount_minor: amountMinor, state: 'paid', created_at: new Date().toISOString() } as never)
      .execute();
    return id;
  }

  async function pay(payableId: string, customerId: string, amountMinor: number): Promise<void> {
    const payment_id = await aPayment(customerId, amountMinor);
    const row = { id: newId('all'), payable_id: payableId, payment_id, amount_minor: amountMinor };
    await at.house.db.q
      .insertInto('allocation')
      .values({ ...row, created_at: new Date().toISOString() } as never)
      .execute();
  }
});

test('a year of invoices is imported to the penny while pages are still answered', async () => {
  const at = await startHouse();
  const { text, sumMinor } = bigFile('YEAR', 7409, 2718);
  const id = await uploadFile(at.house, { kind: 'invoices', name: 'y.csv', bytes: Buffer.from(text) }, SYSTEM);
  await startImport(at.house, { id, mapping }, SYSTEM);
  let running = true;
  const run = runImport(at.house, id).finally(() => {
    running = false;
  });
  let answered = 0;
  while (running) {
    expect((await fetch(`${at.url}/sign-in`)).status).toBe(200);
    if (running) answered++;
  }
  await run;
  expect(answered).toBeGreaterThan(10);
  expect((await readImport(at.house.db, id)).counts).toEqual({ created: 7409, updated: 0, unchanged: 0, refused: 0 });
  const sums = await at.house.db.read
    .selectFrom('payable')
    .select((eb) => [
      eb.fn.sum<number>('total_minor').as('sum'),
      eb.fn.count<number>('customer_id').distinct().as('whose'),
    ])
    .executeTakeFirstOrThrow();
  expect(sums).toEqual({ sum: sumMinor, whose: 2718 });
  await at.stop();
});
