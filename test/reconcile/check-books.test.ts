import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { recordPayment } from '../../src/payments/record-payment.ts';
import { reversePayment } from '../../src/payments/reverse-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';

const ROLL_BACK = new Error('the breach is taken back');

describe.each(ENGINES)('holding the books against what must be true, on %s', (engine) => {
  let at: TestHouse;
  let actor: { kind: 'person'; id: string };
  let paid: { payableId: string; paymentId: string };
  let reversed: { payableId: string; paymentId: string };
  let voided: string;
  beforeAll(async () => {
    at = await startHouse({ engine });
    actor = { kind: 'person', id: (await hirePerson(at, 'clerk')).id };
    paid = await aCheque();
    reversed = await aCheque();
    await reversePayment(at.house, { paymentId: reversed.paymentId, reason: 'It bounced.', actor });
    voided = (await anInvoice(at.house)).id;
    await voidInvoice({ ...at.house, endSettledLinks }, { id: voided, reason: 'Twice.', actor: SYSTEM });
  });
  afterAll(() => at.stop());

  async function aCheque() {
    const { id: payableId } = await anInvoice(at.house);
    const money = { method: 'cheque' as const, amountMinor: 5_000, reference: '1', note: '' };
    const paymentId = await recordPayment(at.house, {
      ...money,
      payableId,
      version: 1,
      submissionId: newId('req'),
      receivedOn: at.clock.now().toISOString().slice(0, 10),
      sendReceipt: true,
      actor,
    });
    return { payableId, paymentId };
  }

  /** The promises that are broken while something is as it must not be, each with its rows; then it is undone. */
  async function brokenBy(breach: () => Promise<unknown>): Promise<Record<string, unknown[]>> {
    let found: Record<string, unknown[]> = {};
    const trial = at.house.db.tx(async () => {
      await breach();
      const results = (await checkBooks(at.house.db)).filter((one) => one.broken.length > 0);
      found = Object.fromEntries(results.map((one) => [one.promise, one.broken]));
      throw ROLL_BACK;
    });
    await expect(trial).rejects.toBe(ROLL_BACK);
    return found;
  }
  const setPayment = (id: string, set: object) =>
    at.house.db.q.updateTable('payment').set(set).where('id', '=', id).execute();
  const setPayable = (id: string, set: object) =>
    at.house.db.q.updateTable('payable').set(set).where('id', '=', id).execute();
  const allocation = (payable_id: string, more: object) => {
    const row = { id: newId('all'), payable_id, amount_minor: 100, created_at: at.clock.now().toISOString() };
    return at.house.db.q
      .insertInto('allocation')
      .values({ ...row, ...more } as never)
      .execute();
  };

  test('nothing is broken by recording, reversing and voiding', async () => {
    expect(await brokenBy(async () => {})).toEqual({});
  });

  test('an entry that does not sum to zero is named', async () => {
    const found = await brokenBy(async () => {
      const id = newId('jrn');
      const now = at.clock.now().toISOString();
      await at.house.db.q
        .insertInto('journal_entry')
        .values({ id, kind: 'odd', subject_kind: 'payment', subject_id: paid.paymentId, occurred_at: now, memo: '' })
        .execute();
      const line = { entry_id: id, ledger_account: 'receivables', account_id: null, currency: 'CHF', occurred_at: now };
      await at.house.db.q
        .insertInto('journal_line')
        .values({ ...line, position: 0, amount_minor: 7 })
        .execute();
    });
    expect(found['every journal entry sums to zero']).toEqual([
      expect.objectContaining({ currency: 'CHF', off_by: 7 }),
    ]);
  });

  test('undeposited funds that nobody recorded are named', async () => {
    const found = await brokenBy(() =>
      postJournal(at.house, {
        kind: 'odd',
        subjectKind: 'payment',
        subjectId: paid.paymentId,
        memo: '',
        lines: [
          { ledgerAccount: 'undeposited-funds', currency: 'EUR', amountMinor: 1 },
          { ledgerAccount: 'receivables', currency: 'EUR', amountMinor: -1 },
        ],
      }),
    );
    expect(found).toMatchObject({
      'undeposited funds equal what was recorded, less what was reversed and given back by hand, per currency': [
        expect.objectContaining({ currency: 'EUR', booked_minor: 5_001, recorded_minor: 5_000 }),
      ],
    });
  });

  test('a payment called reversed whose invoice is still settled is named', async () => {
    const found = await brokenBy(() => setPayment(paid.paymentId, { state: 'reversed' }));
    expect(Object.keys(found)).toContain(
      'undeposited funds equal what was recorded, less what was reversed and given back by hand, per currency',
    );
    expect(found['what a reversed payment settled is owed again, and only recorded payments are reversed']).toEqual([
      expect.objectContaining({ id: paid.paymentId, left_minor: 5_000, fault: 'still settles something' }),
    ]);
  });

  test('a card payment that is reversed is named', async () => {
    const found = await brokenBy(() => setPayment(reversed.paymentId, { method: 'card' }));
    expect(found['what a reversed payment settled is owed again, and only recorded payments are reversed']).toEqual([
      expect.objectContaining({ id: reversed.paymentId, fault: 'a card payment that is reversed' }),
    ]);
  });

  test('a receipt of a payment that was never paid, and a reversed payment without one, are named', async () => {
    const promise =
      'every payment that was paid has one receipt of the same sum, reversed or not, and no other has any';
    const cancelled = await brokenBy(() => setPayment(reversed.paymentId, { state: 'cancelled' }));
    expect(cancelled[promise]).toEqual([expect.objectContaining({ payment_id: reversed.paymentId })]);
    const without = await brokenBy(() =>
      at.house.db.q.deleteFrom('receipt').where('payment_id', '=', reversed.paymentId).execute(),
    );
    expect(without[promise]).toEqual([expect.objectContaining({ payment_id: reversed.paymentId, number: null })]);
  });

  test('a receipt that was to be sent and has no letter is named; one that was not is not', async () => {
    const unsent = () =>
      at.house.db.q.deleteFrom('letter').where('letter_key', '=', `receipt-${paid.paymentId}`).execute();
    const found = await brokenBy(unsent);
    expect(Object.values(found)).toEqual([
      [expect.objectContaining({ payment_id: paid.paymentId, fault: 'no letter' })],
    ]);
    const unwanted = await brokenBy(async () => {
      await unsent();
      await setPayment(paid.paymentId, { payer_email: null });
    });
    expect(unwanted).toEqual({});
  });

  const sources = 'every allocation has one source, and what was paid elsewhere is booked and never below zero';

  test('an allocation from nowhere, or from two places, is named', async () => {
    const nowhere = await brokenBy(() => allocation(paid.payableId, {}));
    expect(nowhere[sources]).toEqual([expect.objectContaining({ payable_id: paid.payableId, amount_minor: 100 })]);
    const two = { source: 'elsewhere', payment_id: paid.paymentId, reverses: await anAllocation() };
    const found = await brokenBy(() => allocation(paid.payableId, two));
    expect(found[sources]).toContainEqual(expect.objectContaining({ fault: 'from nowhere, or from two places' }));
  });

  test('what was paid elsewhere and not booked, or below zero, is named', async () => {
    const unbooked = await brokenBy(() => allocation(paid.payableId, { source: 'elsewhere' }));
    expect(unbooked[sources]).toEqual([
      expect.objectContaining({ payable_id: paid.payableId, fault: 'booked otherwise than allocated' }),
    ]);
    const negative = await brokenBy(() => allocation(paid.payableId, { source: 'elsewhere', amount_minor: -100 }));
    expect(negative[sources]).toContainEqual(expect.objectContaining({ fault: 'less than nothing' }));
  });

  test('something allocated to what is void is named', async () => {
    const promise = 'of what is void nothing is allocated, held or claimed';
    const found = await brokenBy(() => allocation(voided, { source: 'elsewhere' }));
    expect(found[promise]).toEqual([expect.objectContaining({ id: voided, fault: 'something is allocated' })]);
  });

  test('an invoice that is void while the books still claim it is named', async () => {
    const { id } = await anInvoice(at.house);
    const found = await brokenBy(() => setPayable(id, { state: 'void' }));
    expect(found['of what is void nothing is allocated, held or claimed']).toEqual([
      expect.objectContaining({ id, left_minor: 12_500, fault: 'still claimed in the books' }),
    ]);
  });

  test('receivables that differ from what is owed are named', async () => {
    const found = await brokenBy(() => setPayable(paid.payableId, { total_minor: 12_600 }));
    expect(found).toEqual({
      'receivables equal what is owed on invoices, per currency': [expect.objectContaining({ currency: 'EUR' })],
    });
  });

  async function anAllocation(): Promise<string> {
    const row = at.house.db.q.selectFrom('allocation').select('id').where('payment_id', '=', paid.paymentId);
    return (await row.executeTakeFirstOrThrow()).id;
  }
});
