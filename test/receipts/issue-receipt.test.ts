import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { restoreOriginal } from '../../src/mail/restore-original.ts';
import { saveTemplate } from '../../src/mail/save-template.ts';
import { issueReceipt } from '../../src/receipts/issue-receipt.ts';
import { findReceipt, readReceipt } from '../../src/receipts/receipts.store.ts';
import { wordsFor } from '../../src/words/words.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { aReceipt, aSettledPayment } from './issued.ts';

describe.each(ENGINES)('issuing receipts on %s', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  const numbers = async () => {
    const rows = await portal.house.db.read.selectFrom('receipt').select('number').orderBy('number').execute();
    return rows.map((row) => row.number);
  };
  const lettersOf = (paymentId: string) =>
    portal.house.db.read.selectFrom('letter').selectAll().where('letter_key', '=', `receipt-${paymentId}`).execute();

  test('thirty receipts issued at once are numbered 1 to 30 without a gap, each once', async () => {
    const payments = [];
    for (let i = 0; i < 30; i++) payments.push(await aSettledPayment(portal.house));
    await Promise.all(payments.map((payment) => issueReceipt(portal.house, payment)));
    expect(await numbers()).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  test('a receipt that is rolled back leaves neither a number nor a letter behind', async () => {
    const before = await numbers();
    const payment = await aSettledPayment(portal.house);
    await expect(
      portal.house.db.tx(async () => {
        await issueReceipt(portal.house, payment);
        throw new Error('the power went');
      }),
    ).rejects.toThrow('the power went');
    expect(await numbers()).toEqual(before);
    expect(await lettersOf(payment.paymentId)).toEqual([]);
    const next = await issueReceipt(portal.house, payment);
    expect(next.number).toBe((before.at(-1) ?? 0) + 1);
  });

  test('the letter is written in the words that the company chose', async () => {
    const person = await hirePerson(portal, 'admin');
    const place = { kind: 'receipt', accountId: undefined, language: 'en' } as const;
    const actor = { kind: 'person', id: person.id } as const;
    const template = { subject: 'Thank you, {customer}', body: '{amount} for {documents}, receipt {receipt}.' };
    await saveTemplate(portal.house, { place, template, seenVersion: 0, actor });
    const { settled } = await aReceipt(portal.house, { customer: await aCustomer(portal.house, { name: 'Ada' }) });
    const [letter] = await lettersOf(settled.paymentId);
    expect(letter?.subject).toBe('Thank you, Ada');
    expect(letter?.body_text).toMatch(/€125\.00 EUR for INV-\d+, receipt R-\d+\./);
    await restoreOriginal(portal.house, { place, actor });
  });

  test('a payment has one receipt, and trying a second one takes no number', async () => {
    const { settled, number } = await aReceipt(portal.house);
    await expect(issueReceipt(portal.house, settled)).rejects.toMatchObject({
      code: expect.stringMatching(/^(SQLITE_CONSTRAINT_UNIQUE|23505)$/),
    });
    expect((await aReceipt(portal.house)).number).toBe(number + 1);
  });

  test('the letter goes to the payer, with a link to the receipt, once', async () => {
    const { settled, id } = await aReceipt(portal.house, { payerEmail: 'somebody@example.test' });
    const [letter, ...more] = await lettersOf(settled.paymentId);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ kind: 'receipt', subject_id: id, state: 'queued' });
    expect(JSON.parse(letter?.to_addresses ?? '')).toEqual(['somebody@example.test']);
    expect(letter?.body_text).toContain(`${portal.url}/r/`);
    expect(letter?.body_text).not.toContain('pi_');
  });

  test('without an address of the payer it goes to the customer, and without any to nobody', async () => {
    const customer = await aCustomer(portal.house, { email: 'billing@example.test' });
    const first = await aReceipt(portal.house, { customer, payerEmail: '' });
    const [letter] = await lettersOf(first.settled.paymentId);
    expect(JSON.parse(letter?.to_addresses ?? '')).toEqual(['billing@example.test']);

    await portal.house.db.q.updateTable('customer').set({ email: '' }).where('id', '=', customer.id).execute();
    const second = await aReceipt(portal.house, { customer, payerEmail: '' });
    expect(await lettersOf(second.settled.paymentId)).toEqual([]);
    expect(await findReceipt(portal.house.db, second.id)).toBeDefined();
  });

  test('a receipt goes on showing what it showed, whatever is renamed later', async () => {
    const customer = await aCustomer(portal.house, { name: 'Old Name' });
    const { id } = await aReceipt(portal.house, { customer });
    const issued = await readReceipt(portal.house.db, id);
    await portal.house.db.q.updateTable('customer').set({ name: 'New Name' }).where('id', '=', customer.id).execute();
    expect(await readReceipt(portal.house.db, id)).toEqual(issued);
    expect(issued.content.customer.name).toBe('Old Name');
    expect(wordsFor(issued.content.language)).toBe(wordsFor('en'));
  });

  test('issuing is written into the audit log', async () => {
    const { id, number } = await aReceipt(portal.house);
    const [line] = await portal.house.db.read.selectFrom('audit').selectAll().where('subject_id', '=', id).execute();
    expect(line?.action).toBe('receipt.issued');
    expect(JSON.parse(line?.detail ?? '')).toMatchObject({ number });
  });
});
