import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { bookMovements } from '../../src/disputes/book-movements.ts';
import type { Dispute } from '../../src/disputes/dispute.ts';
import { readExportFile } from '../../src/exports/export-files.store.ts';
import { movementsPreset } from '../../src/exports/movements-preset.ts';
import { startExport } from '../../src/exports/start-export.ts';
import { sweepExports } from '../../src/exports/sweep-exports.ts';
import { writeFile } from '../../src/exports/write-file.ts';
import { issueCreditNote } from '../../src/invoices/issue-credit-note.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import {
  bytesIn,
  cardPayment,
  cashFor,
  cashPayment,
  type Desk,
  exported,
  gatewayMoves,
  handRefund,
  nextDay,
  openDesk,
  today,
} from './booked.ts';
import { readCsv, readXlsx } from './read-back.ts';

const EVIL_NAMES = [
  '=HYPERLINK("http://evil.test","x")',
  '+1+cmd|calc',
  '-2+3',
  '@SUM(A1)',
  '<script>alert(1)</script>',
  'מיכל כהן',
  'safe\u202egnp.exe',
  'two "quoted", commas',
  'x'.repeat(150),
];

const PAYOUT = {
  gateway_ref: 'po_7',
  state: 'paid' as const,
  automatic: 1 as const,
  matching: 'matched' as const,
  currency: 'GBP',
  amount_minor: 6_800,
  arrival_on: '2026-12-24',
};

const DISPUTE = {
  gateway_ref: 'dp_1',
  charge_ref: 'ch_1',
  state: 'needs_response' as const,
  holds_money: 1 as const,
  reason: 'fraudulent',
  currency: 'EUR',
  amount_minor: 8_000,
  due_key: '9999',
};

describe.each(ENGINES)('files of movements on %s', (engine) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(await startHouse({ engine }));
  });
  afterAll(() => desk.stop());

  test('a row for each document, whose gross, fee and net add up over payments, fees, refunds and reversals', async () => {
    nextDay(desk);
    const on = today(desk);
    const account = await aSandboxAccount(desk.house);
    const line = { kind: 'invoice' as const, totalMinor: 900, paidBeforeMinor: 0, stillDueMinor: 0 };
    const card = await cardPayment(desk, {
      account,
      amountMinor: 1_000,
      excessMinor: 100,
      lines: [
        { ...line, payableId: 'a', number: 'INV-A', paidNowMinor: 600 },
        { ...line, payableId: 'b', number: 'DEP-B', paidNowMinor: 300, kind: 'deposit' },
      ],
    });
    await gatewayMoves(desk, account.id, {
      meaning: 'charge',
      reference: card.paymentId,
      grossMinor: 1_000,
      feeMinor: 59,
    });
    await gatewayMoves(desk, account.id, { meaning: 'payout', grossMinor: -941, sourceRef: 'po_1' });
    const cash = await cashPayment(desk, { amountMinor: 2_500, orderReference: 'PO-9' });
    await reversePayment(desk.house, { paymentId: cash, reason: 'It bounced', actor: desk.actor });
    await handRefund(desk);
    await cashPayment(desk, { amountMinor: 777, currency: 'JPY' });

    const { file, bytes } = await exported(desk, { from: on, to: on });
    const { head, rows } = readCsv(bytes);
    expect(file).toMatchObject({ state: 'done', rowCount: 10, name: `movements-${on}-${on}.csv` });
    expect(head).toEqual(movementsPreset.columns.map((column) => column.title));
    expect(rows.map((row) => [row.type, row.document_type, row.document_no, row.gross, row.fee, row.net])).toEqual([
      ['payment', 'invoice', 'INV-A', '6.00', '0.00', '6.00'],
      ['payment', 'deposit', 'DEP-B', '3.00', '0.00', '3.00'],
      ['payment', 'excess', '', '1.00', '0.00', '1.00'],
      ['fee', '', '', '0.00', '0.59', '-0.59'],
      ['payout', '', '', '-9.41', '0.00', '-9.41'],
      ['payment', 'invoice', expect.any(String), '25.00', '0.00', '25.00'],
      ['reversal', 'invoice', expect.any(String), '-25.00', '0.00', '-25.00'],
      ['payment', 'deposit', expect.any(String), '50.00', '0.00', '50.00'],
      ['refund', 'deposit', expect.any(String), '-20.00', '0.00', '-20.00'],
      ['payment', 'invoice', expect.any(String), '777', '0', '777'],
    ]);
    expect(rows[0]).toMatchObject({
      payment_id: card.paymentId,
      local_date: on,
      account: `${account.name} (test)`,
      gateway: 'sandbox',
      gateway_ref: card.gatewayRef,
      currency: 'EUR',
      amount_applied: '6.00',
      amount_unapplied: '0.00',
      card_last4: '4242',
      entry: 'link',
    });
    expect(rows[3]).toMatchObject({ payment_id: card.paymentId, customer_name: rows[0]?.customer_name });
    expect(rows[4]).toMatchObject({ payout_id: 'po_1', gateway_ref: 'po_1', customer_name: '' });
    expect(rows[6]).toMatchObject({ original_payment_id: cash, reference: 'It bounced', po_number: 'PO-9' });
    expect(rows[8]).toMatchObject({
      method: 'transfer',
      reference: 'SEPA-1',
      amount_unapplied: '-20.00',
      po_number: 'PO-77',
    });

    const sheet = await readXlsx((await exported(desk, { from: on, to: on, format: 'xlsx' })).bytes);
    expect(sheet).toHaveLength(10);
    expect(sheet[0]).toMatchObject({
      gross: 6,
      local_date: new Date(on),
      created_at_utc: expect.any(Date),
      card_last4: '4242',
    });
    expect(sheet.map((row) => row.net)).toEqual(rows.map((row) => Number(row.net)));
  });

  test('of exactly the days, type, account and currency that were chosen', async () => {
    nextDay(desk);
    const on = today(desk);
    const [one, two] = [await aSandboxAccount(desk.house), await aSandboxAccount(desk.house)];
    await cardPayment(desk, { account: one, amountMinor: 101 });
    await cardPayment(desk, { account: two, amountMinor: 102 });
    await cardPayment(desk, { account: two, amountMinor: 103, currency: 'GBP' });
    await cashPayment(desk, { amountMinor: 104 });
    await gatewayMoves(desk, two.id, { grossMinor: -9 });
    nextDay(desk);
    await cashPayment(desk, { amountMinor: 105 });

    const netOf = async (choice: object) => readCsv((await exported(desk, choice)).bytes).rows.map((row) => row.net);
    expect(await netOf({ from: on, to: on })).toEqual(['1.01', '1.02', '1.03', '1.04', '-0.09']);
    expect(await netOf({ from: today(desk) })).toEqual(['1.05']);
    expect(await netOf({ from: on, to: on, accountId: two.id, currency: 'EUR' })).toEqual(['1.02', '-0.09']);
    expect(await netOf({ from: on, accountId: 'none' })).toEqual(['1.04', '1.05']);
    expect(await netOf({ from: on, type: 'fee' })).toEqual(['-0.09']);
    expect(await netOf({ from: on, currency: 'CHF' })).toEqual([]);
  });

  test('names that are formulas, scripts or tricks of direction are plain text in CSV and workbook', async () => {
    nextDay(desk);
    const on = today(desk);
    const account = await aSandboxAccount(desk.house);
    for (const name of EVIL_NAMES) {
      const customer = await aCustomer(desk.house, { name: 'Plain' });
      await desk.house.db.q.updateTable('customer').set({ name }).where('id', '=', customer.id).execute();
      await cardPayment(desk, { account, customer: { ...customer, name }, amountMinor: 100 });
    }
    const { rows } = readCsv((await exported(desk, { from: on, to: on })).bytes);
    expect(rows.map((row) => row.customer_name)).toEqual([
      '\'=HYPERLINK("http://evil.test","x")',
      "'+1+cmd|calc",
      "'-2+3",
      "'@SUM(A1)",
      '<script>alert(1)</script>',
      'מיכל כהן',
      'safegnp.exe',
      'two "quoted", commas',
      'x'.repeat(150),
    ]);
    const sheet = await readXlsx((await exported(desk, { from: on, to: on, format: 'xlsx' })).bytes);
    expect(sheet.map((row) => row.customer_name)).toEqual(EVIL_NAMES.map((name) => name.replace('\u202e', '')));
    const choice = { from: on, to: on, currency: 'EUR', accountId: account.id };
    const bank = readCsv((await exported(desk, { ...choice, preset: 'quickbooks' })).bytes);
    for (const { Description = '' } of bank.rows) expect(Description).toMatch(/^Payment [\p{L}\p{N} ./:_-]+$/u);
  });

  test('for QuickBooks, Xero and a ledger each as its program reads it, the fee a line of its own', async () => {
    nextDay(desk);
    const on = today(desk);
    const account = await aSandboxAccount(desk.house, { name: 'Main' });
    const customer = await aCustomer(desk.house, { name: 'Müller & Söhne' });
    const paid = await cardPayment(desk, { account, customer, amountMinor: 123_456 });
    await gatewayMoves(desk, account.id, { grossMinor: -250, sourceRef: 'po_9' });
    await cashPayment(desk, { currency: 'USD' });
    const [year, month, day] = on.split('-');
    const receipt = `R-${String(paid.receiptNumber).padStart(6, '0')}`;
    const invoice = paid.lines[0]?.number;
    const choice = { from: on, to: on, currency: 'EUR' };

    const quickbooks = readCsv((await exported(desk, { ...choice, preset: 'quickbooks' })).bytes);
    expect(quickbooks.head).toEqual(['Date', 'Description', 'Amount']);
    expect(quickbooks.rows).toEqual([
      { Date: `${day}/${month}/${year}`, Description: `Payment ${receipt} ${invoice} Müller Söhne`, Amount: '1234.56' },
      { Date: `${day}/${month}/${year}`, Description: 'Fee of the gateway po_9 Main test', Amount: '-2.50' },
    ]);

    const xero = readCsv((await exported(desk, { ...choice, preset: 'xero' })).bytes);
    expect(xero.head).toEqual(['*Date', '*Amount', 'Payee', 'Description', 'Reference', 'Cheque Number']);
    expect(xero.rows[0]).toEqual({
      '*Date': `${day}/${month}/${year}`,
      '*Amount': '1234.56',
      Payee: 'Müller & Söhne',
      Description: `Payment ${receipt} ${invoice}`,
      Reference: paid.gatewayRef,
      'Cheque Number': '',
    });

    const journal = readCsv((await exported(desk, { from: on, to: on, preset: 'journal' })).bytes).rows;
    expect(journal.map((row) => [row.account_no, row.debit, row.credit, row.currency])).toEqual([
      ['gateway-clearing', '1234.56', '', 'EUR'],
      ['receivables', '', '1234.56', 'EUR'],
      ['gateway-fees', '2.50', '', 'EUR'],
      ['gateway-clearing', '', '2.50', 'EUR'],
      ['undeposited-funds', '125.00', '', 'USD'],
      ['receivables', '', '125.00', 'USD'],
    ]);
    expect(journal[0]).toMatchObject({ date: on, document: invoice, customer_number: customer.number });
    const numbers = (
      await readXlsx((await exported(desk, { from: on, to: on, preset: 'journal', format: 'xlsx' })).bytes)
    ).map((row) => row.debit);
    expect(numbers).toEqual([1234.56, null, 2.5, null, 125, null]);
  });

  test('what is paid out, disputed and exchanged says of what it is, with day and name of the payout', async () => {
    nextDay(desk);
    const on = today(desk);
    const account = await aSandboxAccount(desk.house);
    const { db } = desk.house;
    const card = await cardPayment(desk, { account, amountMinor: 8_000 });
    const exchangedFrom = { amountMinor: 8_000, currency: 'EUR' };
    const settled = { currency: 'GBP', grossMinor: 6_900, feeMinor: 100, exchangedFrom, exchangeRate: '0.8625' };
    const charge = await gatewayMoves(desk, account.id, { meaning: 'charge', reference: card.paymentId, ...settled });
    const payoutId = newId('pou');
    const at = desk.clock.now().toISOString();
    await db.q
      .insertInto('payout')
      .values({ ...PAYOUT, id: payoutId, account_id: account.id, created_at: at, read_at: at })
      .execute();
    const paidOut = { payout_id: payoutId, settled_on: '2026-12-24' };
    await db.q.updateTable('gateway_movement').set(paidOut).where('gateway_ref', '=', charge).execute();
    const dispute = {
      id: newId('dis'),
      gatewayRef: 'dp_1',
      accountId: account.id,
      currency: 'EUR',
    } as Dispute;
    await db.q
      .insertInto('dispute')
      .values({
        ...DISPUTE,
        id: dispute.id,
        account_id: account.id,
        payment_id: card.paymentId,
        customer_id: card.customerId,
        opened_at: at,
        heard_at: at,
      })
      .execute();
    await db.tx(() => bookMovements(desk.house, dispute, [{ ref: 'txn_d', amountMinor: -8_000 }]));
    const taken = { category: 'dispute', meaning: 'dispute', grossMinor: -8_000, sourceRef: 'dp_1' } as const;
    await gatewayMoves(desk, account.id, { ref: 'txn_d', ...taken });
    await db.q.updateTable('gateway_movement').set(paidOut).where('gateway_ref', '=', 'txn_d').execute();

    const { rows } = readCsv((await exported(desk, { from: on, to: on })).bytes);
    expect(rows.map((row) => [row.type, row.currency, row.net, row.payout_id, row.settled_date])).toEqual([
      ['payment', 'EUR', '80.00', 'po_7', '2026-12-24'],
      ['fee', 'GBP', '-1.00', 'po_7', '2026-12-24'],
      ['exchange', 'EUR', '-80.00', 'po_7', '2026-12-24'],
      ['exchange', 'GBP', '69.00', 'po_7', '2026-12-24'],
      ['dispute', 'EUR', '-80.00', 'po_7', '2026-12-24'],
    ]);
    expect(rows[4]).toMatchObject({
      gateway_ref: 'dp_1',
      original_payment_id: card.paymentId,
      reference: 'fraudulent',
    });
    const bank = readCsv((await exported(desk, { from: on, currency: 'GBP', preset: 'xero' })).bytes).rows;
    expect(bank.map((row) => [row['*Amount'], row.Description?.endsWith(' payout po_7')])).toEqual([
      ['-1.00', true],
      ['69.00', true],
    ]);
  });

  test('a journal of one currency has what moves claims and no money, with document and customer', async () => {
    nextDay(desk);
    const on = today(desk);
    const customer = await aCustomer(desk.house, { name: 'Lantern Works' });
    const [invoice, other] = [await anInvoice(desk.house, { customerId: customer.id }), await anInvoice(desk.house)];
    const deposit = await aDeposit(desk.house, { customerId: customer.id, amountMinor: 5_000 });
    await cashFor(desk, deposit.id);
    const applied = { depositId: deposit.id, invoiceId: invoice.id, amountMinor: 3_000 };
    await applyDeposit(desk.house, { ...applied, submissionId: newId('req'), actor: desk.actor });
    const credit = { invoiceId: invoice.id, amountMinor: 2_500, reasonKind: 'goodwill' as const, reason: '' };
    const parts = { ...desk.house, endSettledLinks };
    await issueCreditNote(parts, { ...credit, submissionId: newId('req'), actor: desk.actor });
    await cashFor(desk, other.id);

    const rowsOf = async (choice: object) =>
      readCsv((await exported(desk, { from: on, preset: 'journal', ...choice })).bytes).rows.map((row) => [
        row.account_no,
        row.debit || row.credit,
        row.document,
        row.customer_number,
      ]);
    expect((await rowsOf({ currency: 'EUR' })).slice(2, 6)).toEqual([
      ['customer-deposits', '30.00', expect.stringContaining(invoice.number), customer.number],
      ['receivables', '30.00', expect.stringContaining(deposit.number), customer.number],
      ['refunds', '25.00', invoice.number, customer.number],
      ['receivables', '25.00', invoice.number, customer.number],
    ]);
    expect(await rowsOf({ currency: 'USD' })).toEqual([]);
    // They belong to no account: neither to a gateway's nor to the till.
    expect((await rowsOf({ accountId: 'none' })).map(([account]) => account)).not.toContain('refunds');
  });

  test('a bank file of two currencies, of no day and in a wrong format is refused next to its field', async () => {
    const wanted = { actor: desk.actor, submissionId: newId('req') };
    const refused = async (more: object) =>
      startExport(desk.house, { preset: 'xero', format: 'csv', choice: { currency: 'EUR' }, ...wanted, ...more });
    await expect(refused({ choice: {} })).rejects.toMatchObject({ fields: { currency: expect.any(String) } });
    await expect(refused({ format: 'xlsx' })).rejects.toMatchObject({ fields: { format: expect.any(String) } });
    const days = { currency: 'EUR', from: '2026-02-30', to: '2026-01-01' };
    await expect(refused({ choice: days })).rejects.toMatchObject({ fields: { from: expect.any(String) } });
  });

  test('two processes at one file write it once, and one that died leaves it to be begun anew', async () => {
    nextDay(desk);
    const on = today(desk);
    await cashPayment(desk, { amountMinor: 333 });
    const asked = { preset: 'movements' as const, format: 'csv' as const, choice: { from: on }, actor: desk.actor };
    const submissionId = newId('req');
    const ids = await Promise.all([
      startExport(desk.house, { ...asked, submissionId }),
      startExport(desk.house, { ...asked, submissionId }),
    ]);
    expect(ids[0]).toBe(ids[1]);
    const [id] = ids;
    const { db } = desk.house;
    const claimed_until = new Date(desk.clock.now().getTime() + MINUTE_MS).toISOString();
    const dead = { state: 'writing' as const, claim: 'dead', claimed_until };
    await db.q.updateTable('export_file').set(dead).where('id', '=', id).execute();
    await db.q
      .insertInto('export_piece')
      .values({ file_id: id, position: 0, content: Buffer.from('half') })
      .execute();
    await writeFile(desk.house, id);
    expect((await readExportFile(db, id)).state).toBe('writing');
    desk.clock.advance(2 * MINUTE_MS);
    await Promise.all([writeFile(desk.house, id), writeFile(desk.house, id)]);
    expect(await readExportFile(db, id)).toMatchObject({ state: 'done', tries: 1, rowCount: 1 });
    expect(readCsv(await bytesIn(desk, id)).rows).toMatchObject([{ gross: '3.33' }]);
  });

  test('files of own choice are gone after a week', async () => {
    const { file } = await exported(desk);
    await sweepExports(desk.house);
    expect((await readExportFile(desk.house.db, file.id)).state).toBe('done');
    for (let i = 0; i < 8; i++) nextDay(desk);
    await sweepExports(desk.house);
    await expect(readExportFile(desk.house.db, file.id)).rejects.toMatchObject({ status: 404 });
    expect(await bytesIn(desk, file.id)).toHaveLength(0);
  });
});
