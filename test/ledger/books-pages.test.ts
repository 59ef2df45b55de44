import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LEDGER_ACCOUNTS } from '../../src/ledger/chart-of-accounts.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { sumJournal } from '../../src/ledger/sum-journal.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { withQuery } from '../../src/platform/web/query.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('the books (%s)', (engine) => {
  let till: Till;
  let accountant: SignedInBrowser;
  let clerk: SignedInBrowser;
  let customerId: string;
  let invoiceId: string;
  let paymentId: string;
  /** The day on which the invoice was booked, ten before that of its payment. */
  let first: string;
  let today: string;

  beforeAll(async () => {
    till = await openTill({ engine });
    const { house, clock } = till;
    first = clock.now().toISOString().slice(0, 10);
    customerId = (await aCustomer(house)).id;
    invoiceId = (await anInvoice(house, { customerId, number: 'B-1', amountMinor: 12_500 })).id;
    await sumJournal(house);
    clock.advance(10 * DAY_MS);
    today = clock.now().toISOString().slice(0, 10);
    paymentId = (await startPayment(house, await till.press(await till.aLink(invoiceId)))).paymentId;
    await anInvoice(house, { customerId, number: 'B-2', currency: 'JPY', amountMinor: 700 });
    [accountant, clerk] = await Promise.all([signIn(till, 'accountant'), signIn(till, 'clerk')]);
  });
  afterAll(() => till.stop());

  const read = async (path: string, query: Record<string, string> = {}) =>
    (await accountant.get(withQuery(path, query))).text;
  /** The rows of the tables of a page, as texts. */
  const rowsOf = (html: string) =>
    [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );

  test('a trial balance of today and of an earlier day, each currency by itself, with equal sums', async () => {
    const now = rowsOf(await read(paths.books()));
    expect(now).toContain(`Gateway clearing ${till.account.name} (test) €125.00`);
    expect(now).toContain('Receivables €0.00');
    expect(now).toContain('Sum €125.00 €125.00');
    expect(now).toContain('Sum ¥700 ¥700');
    const then = rowsOf(await read(paths.books(), { on: first }));
    expect(then).toContain('Receivables €125.00');
    expect(then.join()).not.toContain('Gateway clearing');
    expect(then.join()).not.toContain('¥');
    const odd = await accountant.get(withQuery(paths.books(), { on: '2999-01-01' }));
    expect([odd.status, odd.text.includes('id="on-error"')]).toEqual([422, true]);
  });

  test('the movements of an account lead from its opening to its closing balance, and on to the document', async () => {
    const range = { balance: 'EUR', from: first, to: today };
    const page = await read(paths.ledgerAccount('receivables'), range);
    const rows = rowsOf(page).join('\n');
    expect(rows).toMatch(
      /Opening balance €0\.00[\s\S]*Invoice B-1 [\s\S]*€125\.00 €125\.00 Dr[\s\S]*Closing balance €0\.00/,
    );
    expect(page).toContain(paths.invoice(invoiceId));
    expect(page).toContain(paths.payment(paymentId));
    expect(rowsOf(await read(paths.ledgerAccount('receivables'), { ...range, from: today })).join('\n')).toContain(
      'Opening balance €125.00 Dr',
    );
    // One in which nothing was ever booked is empty, one that is none is not there.
    expect(await read(paths.ledgerAccount('disputes'))).toContain('Opening balance');
    expect((await accountant.get(paths.ledgerAccount('toString'))).status).toBe(404);
    expect((await accountant.get(withQuery(paths.ledgerAccount('receivables'), { balance: 'XXX' }))).status).toBe(404);
  });

  test.each([
    ['nothing', {}, ['Invoice B-1', 'Invoice B-2', 'Card payment pi_'], []],
    ['an account', { ledger: 'gateway-clearing' }, ['Card payment pi_'], ['Invoice B-1', 'Invoice B-2']],
    ['a currency', { currency: 'JPY' }, ['Invoice B-2'], ['Card payment pi_']],
    ['a kind', { kind: 'invoice-issued' }, ['Invoice B-1', 'Invoice B-2'], ['Card payment pi_']],
    ['a kind and a currency', { kind: 'invoice-issued', currency: 'JPY' }, ['Invoice B-2'], ['Invoice B-1']],
    ['the number of a document', { number: 'b-1' }, ['Invoice B-1', 'Card payment pi_'], ['Invoice B-2']],
    [
      'an account of another document',
      { number: 'B-2', ledger: 'gateway-clearing' },
      ['No such entries'],
      ['Invoice B-2'],
    ],
    ['what was never booked to', { ledger: 'disputes' }, ['No such entries'], ['Invoice B-1']],
  ])('the journal narrowed to %s', async (_, query, shown, hidden) => {
    const text = (await read(paths.journal(), query)).replace(/<form[\s\S]*?<\/form>/g, '');
    for (const words of shown) expect(text).toContain(words);
    for (const words of hidden) expect(text).not.toContain(words);
  });

  test('the journal of days: only what was booked on them, and days that are none are said', async () => {
    const text = await read(paths.journal(), { from: first, to: first });
    expect([text.includes('Invoice B-1'), text.includes('Invoice B-2')]).toEqual([true, false]);
    const odd = await accountant.get(withQuery(paths.journal(), { from: '2026-02-31' }));
    expect([odd.status, odd.text.includes('id="from-error"')]).toEqual([422, true]);
  });

  test('Show transactions: of the customer all of it, of the receipt that of its payment, of the account its journal', async () => {
    const customer = await read(paths.transactions(customerId));
    for (const words of ['Invoice B-1', 'Invoice B-2', 'Card payment pi_', '€250.00 EUR', '¥700 JPY']) {
      expect(customer).toContain(words);
    }
    const { id: receiptId } = await till.house.db.read
      .selectFrom('receipt')
      .select('id')
      .where('payment_id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const receipt = await read(paths.transactions(receiptId));
    expect(receipt).toContain('Transactions of receipt R-000001');
    expect(receipt).toContain('Card payment pi_');
    expect(receipt).not.toContain('Invoice B-1');
    const account = await accountant.get(paths.transactions(till.account.id));
    expect(account.headers.location).toBe(`${paths.journal()}?account=${till.account.id}`);
    const journal = await read(String(account.headers.location));
    expect(journal).toContain('What moved on each account');
    expect(journal).not.toContain('Invoice B-1');
    for (const page of [paths.customer(customerId), paths.receipt(receiptId), paths.account(till.account.id)]) {
      expect(await read(page)).toContain('Show transactions');
    }
  });

  test('a long history goes page by page, each entry once, with the sums of all', async () => {
    const seen: string[] = [];
    const long = (await anInvoice(till.house, { customerId, number: 'B-LONG', amountMinor: 100 })).id;
    for (let made = 1; made <= 60; made++) {
      await postJournal(till.house, {
        ...{ kind: 'tried', subjectKind: 'invoice', subjectId: `${long}:${made}`, memo: `Step ${made}.` },
        lines: [
          { ledgerAccount: 'suspense', currency: 'SEK', amountMinor: 100 },
          { ledgerAccount: 'bank', accountId: till.account.id, currency: 'SEK', amountMinor: -100 },
        ],
      });
    }
    for (const start of [paths.transactions(long), withQuery(paths.journal(), { currency: 'SEK' })]) {
      seen.length = 0;
      for (let next: string | undefined = start; next; ) {
        const text: string = await read(next);
        seen.push(...[...text.matchAll(/Step \d+\./g)].map(([step]) => step));
        if (start === paths.transactions(long)) expect(text).toMatch(/60\.00.SEK/);
        next = /href="([^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
      }
      expect(seen).toHaveLength(60);
      expect(new Set(seen).size).toBe(60);
    }
  });

  describe('called by the company’s own numbers and names', () => {
    const save = (ledgerAccount: string, fields: Record<string, string>, by = accountant) =>
      by.post(paths.mapLedgerAccount(ledgerAccount), fields);

    test('are called so everywhere, for one account or currency where that is said, and it is written down who did it', async () => {
      const ofAccount = {
        [`code.${till.account.id}.all`]: '1361',
        [`name.${till.account.id}.all`]: 'Clearing <b>one</b>',
      };
      expect(
        (await save('gateway-clearing', { 'code.all.all': '1360', 'name.all.all': '', ...ofAccount })).status,
      ).toBe(303);
      expect(
        (
          await save('receivables', {
            'code.all.JPY': '1201',
            'name.all.JPY': '',
            'code.all.all': '1200',
            'name.all.all': 'Debtors',
          })
        ).status,
      ).toBe(303);
      const journal = withQuery(paths.journal(), { number: 'B-1' });
      for (const page of [paths.books(), journal, paths.payment(paymentId), paths.transactions(invoiceId)]) {
        const text = await read(page);
        expect(text).toContain('1200 Debtors');
        expect(text).toContain('1361 Clearing &lt;b&gt;one&lt;/b&gt;');
        expect(text).not.toContain('gateway-clearing</');
      }
      expect(rowsOf(await read(paths.books()))).toContain('1201 Receivables ¥700');
      const names = await read(paths.mapLedgerAccount('gateway-clearing'));
      expect(names).toContain('Changed by The accountant');
      expect(names).toContain('nothing → 1361 Clearing');
      const again = await save('gateway-clearing', { 'code.all.all': '1360', 'name.all.all': '' });
      expect(again.status).toBe(303);
      expect(await read(paths.ledgerAccounts())).toContain('Nothing was changed.');
    });

    test.each([
      ['code.all.all', '=1+1', 'begins with a letter or a figure'],
      ['code.all.all', '1'.repeat(31), 'at most 30'],
      ['name.all.all', 'two\nlines', 'one line of plain text'],
    ])('are refused at the field where they cannot stand: %s', async (field, value, sentence) => {
      const answer = await save('bank', { 'code.all.all': '1800', 'name.all.all': 'Kept', [field]: value });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(`id="${field}-error"`);
      expect(answer.text).toContain(sentence);
    });

    test('are for accountants and administrators: a clerk reads them and is drawn no button', async () => {
      expect((await save('bank', { 'code.all.all': '1' }, clerk)).status).toBe(403);
      const chart = await clerk.get(paths.ledgerAccounts());
      expect(chart.text).not.toContain(paths.mapLedgerAccount('bank'));
      for (const account of LEDGER_ACCOUNTS) expect(chart.text).toContain(paths.ledgerAccount(account));
      expect((await save('bank', { 'code.acc_no.all': '1' })).status).toBe(400);
    });
  });

  test('an entry whose sides differ is said on the trial balance, should it ever be', async () => {
    const { db, clock } = till.house;
    const [id, now] = [newId('jrn'), clock.now().toISOString()];
    const entry = { id, kind: 'odd', subject_kind: 'trial', subject_id: id, occurred_at: now, memo: '' };
    await db.q.insertInto('journal_entry').values(entry).execute();
    const line = { entry_id: id, position: 0, ledger_account: 'bank', account_id: null, occurred_at: now };
    await db.q
      .insertInto('journal_line')
      .values({ ...line, currency: 'CHF', amount_minor: 7 })
      .execute();
    expect(await read(paths.books())).toContain('Debits and credits in CHF differ by');
  });
});
