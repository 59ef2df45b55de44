import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { voidDeposit } from '../../src/deposits/void-deposit.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { transactionsOf } from '../../src/ledger/transactions.store.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES } from '../support/house.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('making a claim void, on %s', (engine) => {
  let till: Till;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill({ engine });
    clerk = await signIn(till, 'clerk');
  });
  afterEach(async () => {
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });
  afterAll(() => till.stop());

  const now = async (id: string) => (await readPayables(till.house.db, [id]))[0] as Payable;
  const parts = () => ({ ...till.house, endSettledLinks });
  const order = (id: string, reason = 'Written twice.') => ({ id, reason, actor: SYSTEM });

  test('takes an invoice out of the books, ends its link, and says so to whoever opens that', async () => {
    const invoice = await anInvoice(till.house);
    const link = await till.aLink(invoice.id);
    await voidInvoice(parts(), order(invoice.id));
    expect(await now(invoice.id)).toMatchObject({ state: 'void', dueMinor: 0, version: 2 });
    const lines = await transactionsOf(till.house.db, invoice.id);
    expect(lines.map((line) => [line.ledgerAccount, line.amountMinor])).toEqual([
      ['receivables', 12_500],
      ['invoiced-elsewhere', -12_500],
      ['receivables', -12_500],
      ['invoiced-elsewhere', 12_500],
    ]);
    const ended = till.house.db.read.selectFrom('link').select('ended_as').where('id', '=', link.id);
    expect(await ended.executeTakeFirst()).toEqual({ ended_as: 'closed' });
    expect(await (await fetch(linkUrl(till.house, link))).text()).toContain('Nothing is due');
  });

  test('a deposit is asked for no longer, and nothing was ever booked', async () => {
    const deposit = await aDeposit(till.house);
    await voidDeposit(parts(), order(deposit.id));
    expect(await now(deposit.id)).toMatchObject({ state: 'void', dueMinor: 0 });
    expect(await transactionsOf(till.house.db, deposit.id)).toEqual([]);
  });

  test('is refused once something is paid, with what to do first', async () => {
    const invoice = await anInvoice(till.house);
    await startPayment(till.house, await till.press(await till.aLink(invoice.id)));
    await expect(voidInvoice(parts(), order(invoice.id))).rejects.toMatchObject({
      code: 'not-voidable',
      message: expect.stringContaining('Reverse or refund that first.'),
    });
  });

  test('is refused without a reason, for a deposit by the address of an invoice, and for what is not there', async () => {
    const [invoice, deposit] = [await anInvoice(till.house), await aDeposit(till.house)];
    await expect(voidInvoice(parts(), order(invoice.id, ' '))).rejects.toMatchObject({ code: 'fields-invalid' });
    await expect(voidInvoice(parts(), order(deposit.id))).rejects.toMatchObject({ status: 404 });
    await expect(voidDeposit(parts(), order(invoice.id))).rejects.toMatchObject({ status: 404 });
  });

  test('of two at once one wins, and the books take the claim back once', async () => {
    const invoice = await anInvoice(till.house);
    const both = await Promise.allSettled([1, 2].map(() => voidInvoice(parts(), order(invoice.id))));
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'not-voidable' } });
  });

  test('a clerk gives a reason on a page of its own; an accountant may not', async () => {
    const invoice = await anInvoice(till.house);
    const accountant = await signIn(till, 'accountant');
    expect((await accountant.get(paths.invoice(invoice.id))).text).not.toContain(paths.voidInvoice(invoice.id));
    expect((await clerk.get(paths.invoice(invoice.id))).text).toContain(paths.voidInvoice(invoice.id));
    const refused = await clerk.post(paths.voidInvoice(invoice.id), { reason: '' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('id="reason-error"');
    expect((await clerk.post(paths.voidInvoice(invoice.id), { reason: 'Sent to the wrong firm' })).status).toBe(303);
    const page = (await clerk.get(paths.invoice(invoice.id))).text;
    expect(page).toContain('because: Sent to the wrong firm');
    expect(page).not.toContain(paths.recordPayment(invoice.id));
    expect((await clerk.get(paths.voidInvoice(invoice.id))).status).toBe(409);
  });

  test('while a card payment is live the page says who and since when, and offers to cancel it', async () => {
    const deposit = await aDeposit(till.house);
    const press = await till.press(await till.aLink(deposit.id), { card: CARDS.challenge });
    const { paymentId } = await startPayment(till.house, press);
    const refused = await clerk.post(paths.voidDeposit(deposit.id), { reason: 'Not wanted' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('started by the customer');
    expect(refused.text).toContain(paths.cancelPayment(paymentId));
    const back = /name="back" value="([^"]+)"/.exec(refused.text)?.[1] ?? '';
    const cancelled = await clerk.post(paths.cancelPayment(paymentId), { back });
    expect(cancelled.headers.location).toBe(back);
    const again = (await clerk.get(back)).text;
    expect(again).toContain('The payment is cancelled.');
    expect(again).toContain('value="Not wanted"');
    expect((await clerk.post(paths.voidDeposit(deposit.id), { reason: 'Not wanted' })).status).toBe(303);
    expect((await now(deposit.id)).state).toBe('void');
  });
});
