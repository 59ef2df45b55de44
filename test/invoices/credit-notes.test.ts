import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { type CreditingParts, issueCreditNote, type NewCreditNote } from '../../src/invoices/issue-credit-note.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { withdrawCreditNote } from '../../src/invoices/withdraw-credit-note.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { readLink } from '../../src/links/links.store.ts';
import { reopenClosedLinks } from '../../src/links/reopen-closed-links.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('credit notes on %s', (engine) => {
  let till: Till;
  let parts: CreditingParts;
  beforeAll(async () => {
    till = await openTill({ engine });
    parts = { ...till.house, endSettledLinks };
  });
  afterEach(async () => expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]));
  afterAll(() => till.stop());

  const now = async ({ id }: Payable) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const credit = (invoice: Payable, over: Partial<NewCreditNote> = {}) =>
    issueCreditNote(parts, {
      invoiceId: invoice.id,
      amountMinor: invoice.totalMinor,
      reasonKind: 'returned',
      reason: '',
      submissionId: newId('req'),
      actor: SYSTEM,
      ...over,
    });

  test('a credit note lowers what is due; over all of it the invoice is credited, not paid, and its links close', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const first = await credit(invoice, { amountMinor: 2_500 });
    expect(await now(invoice)).toMatchObject({ state: 'part_paid', dueMinor: 10_000, creditedMinor: 2_500 });
    const second = await credit(invoice, { amountMinor: 10_000 });
    expect(second.number).toBe(first.number + 1);
    expect(second.content).toMatchObject({ dueBeforeMinor: 10_000, dueAfterMinor: 0 });
    expect(await now(invoice)).toMatchObject({ state: 'credited', dueMinor: 0 });
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('closed');
  });

  test('part paid by card and the rest credited is paid; what is paid cannot be credited', async () => {
    const invoice = await anInvoice(till.house);
    await credit(invoice, { amountMinor: 2_500 });
    await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    expect(await now(invoice)).toMatchObject({ state: 'paid', paidMinor: 12_500 });
    await expect(credit(invoice, { amountMinor: 1 })).rejects.toThrow('Nothing is due on invoice');
  });

  test('no more than is due is credited, no sum that is none, and nothing without a reason', async () => {
    const invoice = await anInvoice(till.house);
    await expect(credit(invoice, { amountMinor: 12_501 })).rejects.toThrow('Only €125.00 EUR is due');
    for (const amountMinor of [0, -1, 0.5]) {
      await expect(credit(invoice, { amountMinor })).rejects.toMatchObject({ code: 'fields-invalid' });
    }
    await expect(credit(invoice, { reasonKind: 'other' })).rejects.toThrow('Say why');
    await expect(credit(invoice, { reasonKind: 'nothing' as never })).rejects.toThrow('Choose a reason');
  });

  test('while a card payment is under way a credit note is refused, saying since when', async () => {
    const invoice = await anInvoice(till.house);
    await startPayment(till.house, await till.press(await till.aLink(invoice.id), { card: CARDS.challenge }));
    await expect(credit(invoice)).rejects.toThrow('A card payment has been under way');
  });

  test('two at once over all that is due: one is issued, the other is told; the same form twice is one', async () => {
    const invoice = await anInvoice(till.house);
    const ended = await Promise.allSettled([credit(invoice), credit(invoice)]);
    expect(ended.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(ended.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'more-than-due' } });
    const other = await anInvoice(till.house);
    const submissionId = newId('req');
    const pressed = await Promise.all([credit(other, { submissionId }), credit(other, { submissionId })]);
    expect(pressed[0].id).toBe(pressed[1].id);
  });

  test('one that is taken back leaves the sum due again, opens closed links, and keeps its number', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    const note = await credit(invoice);
    const order = { id: note.id, reason: 'The refund did not arrive.', actor: SYSTEM };
    const withdraw = () => withdrawCreditNote({ ...till.house, reopenClosedLinks }, order);
    expect((await Promise.all([withdraw(), withdraw()])).filter(Boolean)).toHaveLength(1);
    expect(await now(invoice)).toMatchObject({ state: 'open', dueMinor: 12_500, creditedMinor: 0 });
    expect((await readLink(till.house.db, link.id)).endedAs).toBeUndefined();
  });

  test('an invoice that is credited in part is not made void: the rest is credited too', async () => {
    const invoice = await anInvoice(till.house);
    await credit(invoice, { amountMinor: 500 });
    const order = { id: invoice.id, reason: 'Wrong.', actor: SYSTEM };
    await expect(voidInvoice(parts, order)).rejects.toThrow('Credit the rest instead');
  });
});
