import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { guessColumns } from '../../src/imports/mapping.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { transactionsOf } from '../../src/ledger/transactions.store.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { readLink } from '../../src/links/links.store.ts';
import { paths } from '../../src/paths.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer } from '../support/seeds.ts';
import { hirePerson, signIn } from '../support/sign-in.ts';

describe.each(ENGINES)('what a file says was paid elsewhere, on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
    await aCustomer(at.house, { number: 'E-1' });
  });
  afterEach(async () => {
    expect((await checkBooks(at.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });
  afterAll(() => at.stop());

  const line = (number: string, paidElsewhere: string, over: Record<string, string> = {}) => ({
    number,
    issuedOn: '2026-11-01',
    dueOn: '2026-12-01',
    customerNumber: 'E-1',
    currency: 'EUR',
    total: '100.00',
    paidElsewhere,
    ...over,
  });
  const notation = { dates: 'ymd', decimals: 'point' } as const;
  const take = (rows: Array<Record<string, string>>, dryRun = false) =>
    at.house.db.tx(() => at.house.importers.invoices.take(at.house, rows, { notation, actor: SYSTEM, dryRun }));
  const taken = async (...given: Parameters<typeof line>) => (await take([line(...given)]))[0];
  const invoice = async (number: string) => {
    const row = at.house.db.read.selectFrom('payable').select('id').where('number', '=', number);
    return readInvoice(at.house.db, (await row.executeTakeFirstOrThrow()).id);
  };
  const balance = async (number: string) => {
    const { payable, paidElsewhereMinor } = await invoice(number);
    return { state: payable.state, dueMinor: payable.dueMinor, elsewhere: paidElsewhereMinor };
  };
  const paysHere = async (number: string, amountMinor: number) => {
    const { payable } = await invoice(number);
    const actor = { kind: 'person' as const, id: (await hirePerson(at, 'clerk')).id };
    const cash = { method: 'cash' as const, reference: '', note: '', sendReceipt: false, submissionId: newId('req') };
    const receivedOn = at.clock.now().toISOString().slice(0, 10);
    const { id: payableId, version } = payable;
    await recordPayment(at.house, { payableId, version, amountMinor, receivedOn, actor, ...cash });
  };

  test('lowers what is due here from the first import on, to nothing where all was paid', async () => {
    const outcomes = await take([
      line('E-NONE', ''),
      line('E-PART', '30'),
      line('E-ALL', '100.00'),
      line('E-ZERO', '0'),
    ]);
    expect(outcomes.map((one) => one.outcome)).toEqual(['created', 'created', 'created', 'created']);
    expect(await balance('E-NONE')).toEqual({ state: 'open', dueMinor: 10_000, elsewhere: 0 });
    expect(await balance('E-PART')).toEqual({ state: 'part_paid', dueMinor: 7_000, elsewhere: 3_000 });
    expect(await balance('E-ALL')).toEqual({ state: 'paid', dueMinor: 0, elsewhere: 10_000 });
    expect(await balance('E-ZERO')).toEqual({ state: 'open', dueMinor: 10_000, elsewhere: 0 });
    const { payable } = await invoice('E-PART');
    const lines = await transactionsOf(at.house.db, payable.id);
    expect(lines.map((one) => [one.ledgerAccount, one.amountMinor])).toEqual([
      ['receivables', 10_000],
      ['invoiced-elsewhere', -10_000],
      ['receivables', -3_000],
      ['invoiced-elsewhere', 3_000],
    ]);
  });

  test('a higher figure adds the difference, a lower one takes back, the same and none change nothing', async () => {
    await taken('E-MOVE', '30');
    expect(await taken('E-MOVE', '45.50')).toEqual({ outcome: 'updated' });
    expect(await balance('E-MOVE')).toEqual({ state: 'part_paid', dueMinor: 5_450, elsewhere: 4_550 });
    expect(await taken('E-MOVE', '45.50')).toEqual({ outcome: 'unchanged' });
    expect(await taken('E-MOVE', '')).toEqual({ outcome: 'unchanged' });
    expect(await taken('E-MOVE', '10')).toEqual({ outcome: 'updated' });
    expect(await balance('E-MOVE')).toEqual({ state: 'part_paid', dueMinor: 9_000, elsewhere: 1_000 });
    expect(await taken('E-MOVE', '0')).toEqual({ outcome: 'updated' });
    expect(await balance('E-MOVE')).toEqual({ state: 'open', dueMinor: 10_000, elsewhere: 0 });
  });

  test('a link for what is paid elsewhere is closed, and open again when the file takes that back', async () => {
    await taken('E-LINK', '30');
    await taken('E-LINK-TOO', '0');
    const ids = [await invoice('E-LINK'), await invoice('E-LINK-TOO')].map(({ payable }) => payable.id);
    const link = await issueLink(at.house, { payableIds: ids, expiry: '14d', actor: SYSTEM });
    const endedAs = async () => (await readLink(at.house.db, link.id)).endedAs;
    await taken('E-LINK', '100');
    expect(await endedAs()).toBeUndefined();
    await taken('E-LINK-TOO', '50', { total: '50' });
    expect(await endedAs()).toBe('closed');
    await taken('E-LINK-TOO', '10', { total: '50' });
    expect(await endedAs()).toBeUndefined();
    // What is due can also go down to what is paid.
    await taken('E-LINK-TOO', '', { total: '10' });
    expect(await endedAs()).toBe('closed');
  });

  test('two files that settle the two documents of one link at once close it', async () => {
    for (let round = 0; round < 5; round++) {
      const numbers = [`E-PAIR-${round}A`, `E-PAIR-${round}B`] as const;
      for (const number of numbers) await taken(number, '10');
      const ids = await Promise.all(numbers.map(async (number) => (await invoice(number)).payable.id));
      const link = await issueLink(at.house, { payableIds: ids, expiry: '14d', actor: SYSTEM });
      await Promise.all(numbers.map((number) => taken(number, '100')));
      expect((await readLink(at.house.db, link.id)).endedAs).toBe('closed');
    }
  });

  test('a new total and a new figure in one line are taken together', async () => {
    await taken('E-BOTH', '80');
    expect(await taken('E-BOTH', '30', { total: '50' })).toEqual({ outcome: 'updated' });
    expect(await balance('E-BOTH')).toEqual({ state: 'part_paid', dueMinor: 2_000, elsewhere: 3_000 });
    expect(await taken('E-BOTH', '', { total: '20' })).toMatchObject({
      reason: expect.stringContaining('below the 30.00'),
    });
  });

  test('what was paid here stays paid, and both together are never more than the total', async () => {
    await taken('E-HERE', '20');
    await paysHere('E-HERE', 5_000);
    expect(await taken('E-HERE', '50.01')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('50.00 EUR paid through this portal'),
    });
    expect(await taken('E-HERE', '0')).toEqual({ outcome: 'updated' });
    expect(await balance('E-HERE')).toEqual({ state: 'part_paid', dueMinor: 5_000, elsewhere: 0 });
    expect(await taken('E-HERE', '50')).toEqual({ outcome: 'updated' });
    expect(await balance('E-HERE')).toEqual({ state: 'paid', dueMinor: 0, elsewhere: 5_000 });
  });

  test.each([
    ['more than the total', '100.01', 'more than the total'],
    ['a negative sum', '-1', 'is negative'],
    ['no sum', 'yes', 'is not a sum of EUR'],
    ['too many decimals', '1.005', 'is not a sum of EUR'],
  ])('%s is refused with the reason', async (_, paid, reason) => {
    expect(await taken('E-BAD', paid)).toMatchObject({ outcome: 'refused', reason: expect.stringContaining(reason) });
  });

  test('while the invoice is being paid the line is refused; without a change it is not', async () => {
    await taken('E-LEASE', '10');
    const { payable } = await invoice('E-LEASE');
    const paymentId = newId('pay');
    const row = { id: paymentId, method: 'card', channel: 'link', customer_id: payable.customerId, currency: 'EUR' };
    const live = { amount_minor: 9_000, state: 'ready', created_at: at.clock.now().toISOString(), looks: 0 };
    await at.house.db.q
      .insertInto('payment')
      .values({ ...row, ...live } as never)
      .execute();
    const lease = { payable_id: payable.id, payment_id: paymentId, taken_at: at.clock.now().toISOString() };
    await at.house.db.q.insertInto('lease').values(lease).execute();
    expect(await taken('E-LEASE', '20')).toMatchObject({ reason: expect.stringContaining('being paid just now') });
    expect(await taken('E-LEASE', '10')).toEqual({ outcome: 'unchanged' });
    await at.house.db.q.deleteFrom('lease').execute();
    await at.house.db.q.updateTable('payment').set({ state: 'cancelled' }).where('id', '=', paymentId).execute();
  });

  test('a look ahead says the same and writes nothing', async () => {
    await taken('E-DRY', '10');
    const rows = [line('E-DRY', '20'), line('E-DRY-NEW', '5'), line('E-DRY-BAD', '101')];
    expect((await take(rows, true)).map((one) => one.outcome)).toEqual(['updated', 'created', 'refused']);
    expect(await balance('E-DRY')).toMatchObject({ elsewhere: 1_000 });
  });

  test('the same line in two files at once is added once', async () => {
    await taken('E-TWICE', '10');
    await Promise.all([taken('E-TWICE', '40'), taken('E-TWICE', '40')]);
    expect(await balance('E-TWICE')).toEqual({ state: 'part_paid', dueMinor: 6_000, elsewhere: 4_000 });
  });

  test('the page of the invoice says so, and a column is recognised by its usual headings', async () => {
    await taken('E-PAGE', '30');
    const { payable } = await invoice('E-PAGE');
    const clerk = await signIn(at, 'clerk');
    expect((await clerk.get(paths.invoice(payable.id))).text).toContain('Paid elsewhere: €30.00 EUR');
    for (const heading of ['Paid', 'paid_amount', 'Amount Paid', 'Bezahlt', 'Amount already paid']) {
      expect(guessColumns(at.house.importers.invoices.fields, ['Number', heading])).toMatchObject({ paidElsewhere: 1 });
    }
  });
});
