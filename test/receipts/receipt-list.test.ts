import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { exportReceipts } from '../../src/receipts/export-receipts.ts';
import { readFilter } from '../../src/receipts/receipt-filter.ts';
import { listReceipts, totalReceipts } from '../../src/receipts/receipt-list.store.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer } from '../support/seeds.ts';
import { aReceipt, type Wanted } from './issued.ts';

const ZONE = 'Europe/Berlin';

describe.each(ENGINES)('the list of receipts on %s', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  const filterOf = (typed: Record<string, string> = {}) => readFilter(typed).filter;
  const idsOf = async (typed: Record<string, string>) => {
    const { rows } = await listReceipts(portal.house.db, filterOf(typed), { zone: ZONE, before: undefined });
    return rows.map((row) => row.id);
  };
  const issuedAt = async (iso: string, wanted: Wanted = {}) => {
    const { id } = await aReceipt(portal.house, wanted);
    await portal.house.db.q.updateTable('receipt').set({ issued_at: iso }).where('id', '=', id).execute();
    return id;
  };
  const exported = async (typed: Record<string, string> = {}, excel = false) => {
    let text = '';
    for await (const piece of exportReceipts(portal.house, filterOf(typed), { zone: ZONE, excel })) text += piece;
    return text;
  };

  test('days begin and end at midnight of the company, also when clocks change', async () => {
    const before = await issuedAt('2026-03-28T22:59:59.999Z');
    const first = await issuedAt('2026-03-28T23:00:00.000Z');
    const last = await issuedAt('2026-03-29T21:59:59.999Z');
    const after = await issuedAt('2026-03-29T22:00:00.000Z');
    expect(await idsOf({ from: '2026-03-29', to: '2026-03-29' })).toEqual([last, first]);
    expect(await idsOf({ from: '2026-03-30', to: '2026-03-30' })).toEqual([after]);
    expect(await idsOf({ from: '2026-03-28', to: '2026-03-28' })).toEqual([before]);

    const autumn = await issuedAt('2026-10-25T22:59:59.999Z');
    await issuedAt('2026-10-25T23:00:00.000Z');
    expect(await idsOf({ from: '2026-10-25', to: '2026-10-25' })).toEqual([autumn]);
  });

  test('totals are those of exactly the receipts that the choice shows, in each currency', async () => {
    const account = await aSandboxAccount(portal.house);
    const customer = await aCustomer(portal.house, { name: 'Totals Ltd' });
    const day = '2025-05-05T10:00:00.000Z';
    const shown = [
      await issuedAt(day, { customer, account, amountMinor: 1_001 }),
      await issuedAt(day, { customer, account, amountMinor: 2_002 }),
      await issuedAt(day, { customer, account, amountMinor: 500, currency: 'JPY' }),
    ];
    await issuedAt(day, { customer, amountMinor: 7 });
    await issuedAt(day, { account, amountMinor: 70 });
    await issuedAt('2025-05-06T10:00:00.000Z', { customer, account, amountMinor: 700 });
    const choice = { from: '2025-05-05', to: '2025-05-05', account: account.id, q: 'totals' };

    expect(await idsOf(choice)).toEqual(shown.reverse());
    expect(await totalReceipts(portal.house.db, filterOf(choice), ZONE)).toEqual([
      { currency: 'EUR', amountMinor: 3_003, receipts: 2, unreviewed: 2, reversedMinor: 0 },
      { currency: 'JPY', amountMinor: 500, receipts: 1, unreviewed: 1, reversedMinor: 0 },
    ]);
    const rows: Record<string, string>[] = parse(await exported(choice), { columns: true });
    expect(rows.map((row) => [row.currency, row.gross])).toEqual([
      ['EUR', '10.01'],
      ['EUR', '20.02'],
      ['JPY', '500'],
    ]);
  });

  test('a receipt is found by its number, however it is written', async () => {
    const { id, number } = await aReceipt(portal.house);
    for (const search of [`R-${String(number).padStart(6, '0')}`, `r${number}`]) {
      expect(await idsOf({ q: search })).toEqual([id]);
    }
    expect(await idsOf({ q: String(number) })).toContain(id);
  });

  test('pages follow each other without a receipt missing or twice', async () => {
    const customer = await aCustomer(portal.house, { name: 'Manyfold' });
    for (let i = 0; i < 52; i++) await aReceipt(portal.house, { customer });
    const { db } = portal.house;
    const filter = filterOf({ q: 'manyfold' });
    const first = await listReceipts(db, filter, { zone: ZONE, before: undefined });
    const second = await listReceipts(db, filter, { zone: ZONE, before: first.olderThan });
    expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(52);
    expect(second.olderThan).toBeUndefined();
    expect((await totalReceipts(db, filter, ZONE))[0]?.receipts).toBe(52);
  });

  test('the export reads back as what was issued, a row for each document, and runs nothing in a spreadsheet', async () => {
    const customer = await aCustomer(portal.house, { name: '=HYPERLINK("http://evil.test","x")' });
    const line = { kind: 'invoice' as const, totalMinor: 900, paidBeforeMinor: 0, stillDueMinor: 0 };
    const { settled } = await aReceipt(portal.house, {
      customer,
      amountMinor: 1_000,
      excessMinor: 100,
      lines: [
        { ...line, payableId: 'a', number: '+49, "quoted"', paidNowMinor: 600 },
        { ...line, payableId: 'b', number: '-17', paidNowMinor: 300, kind: 'deposit' },
      ],
    });
    const text = await exported({ q: 'hyperlink' }, true);
    expect(text.startsWith('\u{feff}receipt_no,payment_id,type,created_at_utc,local_date,')).toBe(true);
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true });
    expect(rows.map((row) => [row.document_type, row.document_no, row.gross])).toEqual([
      ['invoice', '\'+49, "quoted"', '6.00'],
      ['deposit', '-17', '3.00'],
      ['excess', '', '1.00'],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        payment_id: settled.paymentId,
        customer_name: '\'=HYPERLINK("http://evil.test","x")',
        currency: 'EUR',
        method: 'card',
        card_last4: '4242',
        auth_code: 'A12345',
        entry: 'link',
        status: 'paid',
      });
    }
  });
});

test('a day that is none is said rather than silently left out', () => {
  expect(readFilter({ from: '2026-02-30' }).errors).toHaveProperty('from');
  expect(readFilter({ from: '2026-03-02', to: '2026-03-01' }).errors).toHaveProperty('to');
  expect(readFilter({ from: '2026-03-01', to: '2026-03-01' }).errors).toEqual({});
});
