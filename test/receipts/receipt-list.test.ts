import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type CompiledQuery, sql } from 'kysely';
import type { Db } from '../../src/platform/database/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { exportReceipts } from '../../src/receipts/export-receipts.ts';
import type { SettledPayment } from '../../src/receipts/receipt.ts';
import { type NarrowedFilter, readFilter } from '../../src/receipts/receipt-filter.ts';
import { listReceipts, receiptsIn } from '../../src/receipts/receipt-list.store.ts';
import { narrow } from '../../src/receipts/receipt-search.store.ts';
import { addUpReceipts } from '../../src/receipts/receipt-totals.store.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { aReceipt, type Wanted } from './issued.ts';

const ZONE = 'Europe/Berlin';

/** The steps of a query's plan that read all receipts, or all payments. */
async function scansOf(db: Db, query: CompiledQuery): Promise<string[]> {
  if (db.dialect === 'sqlite') {
    const { rows } = await db.read.executeQuery<{ detail: string }>({
      ...query,
      sql: `explain query plan ${query.sql}`,
    });
    return rows.map((row) => row.detail).filter((step) => /^SCAN (receipt|payment)\b(?! USING)/.test(step));
  }
  // An engine that knows how few rows there are reads them all: it is asked what it would do if that were dear.
  return db.tx(async () => {
    await sql`set local enable_seqscan = off`.execute(db.q);
    const { rows } = await db.q.executeQuery<Record<string, string>>({ ...query, sql: `explain ${query.sql}` });
    return rows.flatMap((row) => Object.values(row)).filter((step) => /Seq Scan on (receipt|payment)\b/.test(step));
  });
}

describe.each(ENGINES)('the list of receipts on %s', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  const filterOf = (typed: Record<string, string> = {}) => readFilter(typed).filter;
  const idsOf = async (typed: Record<string, string>) => {
    const { db } = portal.house;
    const shown = async (filter: NarrowedFilter) =>
      (await listReceipts(db, filter, { zone: ZONE, before: undefined })).rows.map((row) => row.id);
    const narrowed = await narrow(db, filterOf(typed));
    const ids = await shown(narrowed);
    // The same where the receipts that are meant are too many to be looked up first.
    expect(await shown({ ...narrowed, few: {} })).toEqual(ids);
    return ids;
  };
  const totalsOf = async (typed: Record<string, string>) => {
    const { db } = portal.house;
    const few = await narrow(db, filterOf(typed));
    const many = { ...few, few: {} };
    const ends = [];
    for (const filter of [few, many]) {
      for await (const soFar of addUpReceipts(db, filter, ZONE)) if (soFar.done) ends.push(soFar.totals);
    }
    expect(ends[0]).toEqual(ends[1]);
    return ends[0] ?? [];
  };
  const scansIn = (query: { compile(): CompiledQuery }) => scansOf(portal.house.db, query.compile());
  const aRefund = async (
    { paymentId, customerId, accountId, currency }: SettledPayment,
    { amountMinor, state }: { amountMinor: number; state: 'succeeded' | 'failed' },
  ) =>
    portal.house.db.q
      .insertInto('refund')
      .values({
        id: newId('ref'),
        method: 'card',
        state,
        customer_id: customerId,
        payment_id: paymentId,
        account_id: accountId ?? null,
        currency,
        amount_minor: amountMinor,
        gateway_ref: null,
        reference: '',
        reason: 'Sent back',
        note: '',
        failure: null,
        submission_id: newId('req'),
        part: 0,
        created_by: null,
        created_at: portal.clock.now().toISOString(),
        sent_at: null,
        settled_at: null,
        ended_at: null,
        next_look_at: null,
        failure_code: null,
        broke_at: null,
      })
      .execute();
  const issuedAt = async (iso: string, wanted: Wanted = {}) => {
    const { id } = await aReceipt(portal.house, wanted);
    await portal.house.db.q.updateTable('receipt').set({ issued_at: iso }).where('id', '=', id).execute();
    return id;
  };
  const exported = async (typed: Record<string, string> = {}, excel = false) => {
    let text = '';
    const filter = await narrow(portal.house.db, filterOf(typed));
    for await (const piece of exportReceipts(portal.house, filter, { zone: ZONE, excel })) text += piece;
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
    const nothing = { flagged: 0, refundedMinor: 0, reversedMinor: 0 };
    expect(await totalsOf(choice)).toEqual([
      { ...nothing, currency: 'EUR', grossMinor: 3_003, receipts: 2, unreviewed: 2 },
      { ...nothing, currency: 'JPY', grossMinor: 500, receipts: 1, unreviewed: 1 },
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
    const filter = await narrow(db, filterOf({ q: 'manyfold' }));
    const first = await listReceipts(db, filter, { zone: ZONE, before: undefined });
    const second = await listReceipts(db, filter, { zone: ZONE, before: first.olderThan });
    expect(new Set([...first.rows, ...second.rows].map((row) => row.id)).size).toBe(52);
    expect(second.olderThan).toBeUndefined();
    expect((await totalsOf({ q: 'manyfold' }))[0]?.receipts).toBe(52);
  });

  test('totals count what went back, and only of what is shown', async () => {
    const account = await aSandboxAccount(portal.house);
    const refunded = await aReceipt(portal.house, { account, amountMinor: 10_000 });
    const reversed = await aReceipt(portal.house, { account, amountMinor: 4_000, method: 'cash', channel: 'office' });
    const { db } = portal.house;
    await aRefund(refunded.settled, { amountMinor: 2_500, state: 'succeeded' });
    await aRefund(refunded.settled, { amountMinor: 1_000, state: 'failed' });
    await aRefund((await aReceipt(portal.house)).settled, { amountMinor: 50, state: 'succeeded' });
    await db.q
      .updateTable('payment')
      .set({ state: 'reversed', reversed_at: '2026-01-01T00:00:00.000Z' })
      .where('id', '=', reversed.settled.paymentId)
      .execute();

    const total = { currency: 'EUR', unreviewed: 2, flagged: 0, receipts: 2, grossMinor: 14_000 };
    expect(await totalsOf({ account: account.id })).toEqual([{ ...total, refundedMinor: 2_500, reversedMinor: 4_000 }]);
    expect(await idsOf({ account: account.id, later: 'refunded' })).toEqual([refunded.id]);
    expect(await idsOf({ account: account.id, later: 'reversed' })).toEqual([reversed.id]);
    expect(await totalsOf({ account: account.id, later: 'refunded' })).toMatchObject([
      { receipts: 1, grossMinor: 10_000, refundedMinor: 2_500, reversedMinor: 0 },
    ]);
    const { rows } = await listReceipts(db, await narrow(db, filterOf({ account: account.id })), {
      zone: ZONE,
      before: undefined,
    });
    expect(rows.map((row) => row.refundedMinor)).toEqual([0, 2_500]);
  });

  test('the choice goes by the day on which the money reached the bank', async () => {
    const account = await aSandboxAccount(portal.house);
    const [one] = [await aReceipt(portal.house, { account }), await aReceipt(portal.house, { account })];
    const now = portal.clock.now().toISOString();
    await portal.house.db.q
      .insertInto('gateway_movement')
      .values({
        ...{
          id: newId('mov'),
          account_id: account.id,
          gateway_ref: 'txn_1',
          type: 'charge',
          reporting_category: 'charge',
        },
        ...{ meaning: 'charge', state: 'matched', payment_id: one.settled.paymentId, currency: 'EUR', description: '' },
        ...{ gross_minor: 12_500, fee_minor: 0, net_minor: 12_500, created_at: now, available_on: now, read_at: now },
        settled_on: '2026-11-20',
      })
      .execute();
    expect(await idsOf({ settled: '2026-11-20' })).toEqual([one.id]);
    expect(await idsOf({ settled: '2026-11-21' })).toEqual([]);
    expect(readFilter({ settled: '2026-11-31' }).errors).toEqual({ settled: 'Enter a day such as 2026-11-30.' });
  });

  test('the choice goes by state, method, where it was entered, and bounds of the sum', async () => {
    const account = await aSandboxAccount(portal.house);
    const card = await aReceipt(portal.house, { account, amountMinor: 1_000 });
    const cash = await aReceipt(portal.house, { account, amountMinor: 3_000, method: 'cash', channel: 'office' });
    const choice = { account: account.id, currency: 'EUR' };
    expect(await idsOf({ ...choice, method: 'cash' })).toEqual([cash.id]);
    expect(await idsOf({ ...choice, channel: 'link' })).toEqual([card.id]);
    expect(await idsOf({ ...choice, least: '10', most: '29.99' })).toEqual([card.id]);
    expect(await idsOf({ ...choice, least: '10.01' })).toEqual([cash.id]);
    expect(await idsOf({ ...choice, state: 'unreviewed' })).toEqual([cash.id, card.id]);
    expect(await idsOf({ ...choice, state: 'flagged' })).toEqual([]);
    for (const typed of [{ method: 'cash' }, { channel: 'link' }, { most: '29.99' }]) {
      expect((await totalsOf({ ...choice, ...typed }))[0]?.receipts).toBe(1);
    }
  });

  test('a receipt is found by customer, last four digits, authorisation, gateway reference and document', async () => {
    const customer = await aCustomer(portal.house, { name: 'Quay Chandlers' });
    const account = await aSandboxAccount(portal.house);
    const invoice = await anInvoice(portal.house, { customerId: customer.id, number: 'INV/2026-77' });
    const { id, settled } = await aReceipt(portal.house, {
      customer,
      account,
      card: { brand: 'visa', last4: '9371' },
      authorizationCode: 'q7z9',
      gatewayRef: 'pi_quay77',
    });
    const { db } = portal.house;
    await db.q.updateTable('payment').set({ charge_ref: 'ch_quay77' }).where('id', '=', settled.paymentId).execute();
    await db.q
      .insertInto('allocation')
      .values({
        id: newId('all'),
        payable_id: invoice.id,
        payment_id: settled.paymentId,
        deposit_id: null,
        amount_minor: 1,
        reverses: null,
        created_by: null,
        created_at: settled.paidAt,
      })
      .execute();
    await aReceipt(portal.house);
    for (const search of ['quay chand', '9371', 'Q7Z9', 'pi_quay77', 'ch_quay77', 'inv/2026-77']) {
      expect([search, await idsOf({ q: search })]).toEqual([search, [id]]);
    }
    expect(await idsOf({ q: 'pi_quay7' })).toEqual([]);
  });

  test('no page of the list reads all receipts, whatever is chosen', async () => {
    const account = await aSandboxAccount(portal.house);
    const choices: Record<string, string>[] = [
      {},
      { from: '2026-03-01', to: '2026-03-31' },
      { state: 'flagged' },
      { account: account.id },
      { currency: 'JPY' },
      { state: 'unreviewed', account: account.id, from: '2026-03-01' },
      ...['R-000001', '4242', 'A12345', 'pi_1', 'INV-1', 'Customer'].map((q) => ({ q })),
      { later: 'refunded' },
      { later: 'disputed' },
      { settled: '2026-11-20' },
    ];
    for (const choice of choices) {
      const filter = await narrow(portal.house.db, filterOf(choice));
      const query = receiptsIn(portal.house.db, filter, ZONE)
        .selectAll('receipt')
        .orderBy('receipt.issued_at', 'desc')
        .orderBy('receipt.id', 'desc')
        .limit(51);
      expect([choice, await scansIn(query)]).toEqual([choice, []]);
    }
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

test('bounds of a sum need a currency, in which they are read', () => {
  expect(readFilter({ least: '12.50' }).errors).toHaveProperty('currency');
  expect(readFilter({ least: '12.5x', currency: 'EUR' }).errors).toHaveProperty('least');
  expect(readFilter({ least: '12', currency: 'JPY' }).filter.leastMinor).toBe(12);
  expect(readFilter({ most: '12.50', currency: 'EUR' }).filter.mostMinor).toBe(1250);
});
