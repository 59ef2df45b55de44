import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { applyDeposit } from '../../src/deposits/apply-deposit.ts';
import { unapplyDeposit } from '../../src/deposits/unapply-deposit.ts';
import { applicationsOf } from '../../src/payables/applications.store.ts';
import { readDepositBalance } from '../../src/payables/deposit-balance.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('applying deposits on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterEach(async () => {
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });
  afterAll(() => till.stop());

  /** A customer with a deposit that is paid by card, and an invoice. */
  async function heldAndDue(sums: { held?: number; due?: number } = {}) {
    const { id: customerId } = await aCustomer(till.house);
    const deposit = await aDeposit(till.house, { customerId, amountMinor: sums.held ?? 5_000 });
    const paid = await startPayment(till.house, await till.press(await till.aLink(deposit.id)));
    expect(paid.state).toBe('succeeded');
    const invoice = await anInvoice(till.house, { customerId, amountMinor: sums.due ?? 12_500 });
    return { customerId, deposit, invoice };
  }
  const now = async (payable: Payable) => (await readPayables(till.house.db, [payable.id]))[0] as Payable;
  const apply = (deposit: Payable, invoice: Payable, amountMinor?: number, submissionId = newId('req')) =>
    applyDeposit(till.house, {
      depositId: deposit.id,
      invoiceId: invoice.id,
      amountMinor,
      submissionId,
      actor: SYSTEM,
    });
  const newestApplication = async (invoice: Payable) =>
    ((await applicationsOf(till.house.db, { invoiceId: invoice.id }))[0] as { id: string }).id;

  test('part of a held deposit is set against an invoice, then the rest, and what is left is added up each time', async () => {
    const { deposit, invoice } = await heldAndDue();
    await apply(deposit, invoice, 2_000);
    expect(await now(deposit)).toMatchObject({ state: 'part_applied', paidMinor: 5_000 });
    expect(await now(invoice)).toMatchObject({ state: 'part_paid', dueMinor: 10_500 });
    await apply(deposit, invoice);
    expect((await now(deposit)).state).toBe('applied');
    expect((await now(invoice)).dueMinor).toBe(7_500);
    expect(await readDepositBalance(till.house.db, deposit.id)).toMatchObject({ appliedMinor: 5_000, leftMinor: 0 });
  });

  test('an invoice that a deposit covers is paid, and its payment links are closed until it is taken back', async () => {
    const { deposit, invoice } = await heldAndDue({ held: 20_000 });
    const link = await till.aLink(invoice.id);
    await apply(deposit, invoice);
    expect((await now(invoice)).state).toBe('paid');
    const endedAs = async () => {
      const links = till.house.db.read.selectFrom('link').select('ended_as').where('id', '=', link.id);
      return (await links.executeTakeFirstOrThrow()).ended_as;
    };
    expect(await endedAs()).toBe('closed');
    expect((await readDepositBalance(till.house.db, deposit.id)).leftMinor).toBe(7_500);
    await unapplyDeposit(till.house, { applicationId: await newestApplication(invoice), actor: SYSTEM });
    expect(await endedAs()).toBeNull();
  });

  test('what was applied is taken back once: it is due again and held again', async () => {
    const { deposit, invoice } = await heldAndDue();
    await apply(deposit, invoice, 3_000);
    const applicationId = await newestApplication(invoice);
    const undo = () => unapplyDeposit(till.house, { applicationId, actor: SYSTEM });
    const undone = await Promise.all([undo(), undo()]);
    expect(undone.sort()).toEqual([false, true]);
    expect(await now(invoice)).toMatchObject({ state: 'open', dueMinor: 12_500 });
    expect(await now(deposit)).toMatchObject({ state: 'held' });
    expect((await readDepositBalance(till.house.db, deposit.id)).leftMinor).toBe(5_000);
  });

  test('the same form sent twice applies once', async () => {
    const { deposit, invoice } = await heldAndDue();
    const submissionId = newId('req');
    const pressed = await Promise.all([1, 2].map(() => apply(deposit, invoice, 1_000, submissionId)));
    expect(pressed).toEqual([1_000, 1_000]);
    expect((await now(invoice)).paidMinor).toBe(1_000);
  });

  test('two clerks who apply the same deposit at once: one does, the other is told what is left', async () => {
    const { deposit, invoice, customerId } = await heldAndDue();
    const other = await anInvoice(till.house, { customerId });
    const [one, two] = await Promise.allSettled([apply(deposit, invoice, 4_000), apply(deposit, other, 4_000)]);
    const refused = [one, two].filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(String(refused[0]?.reason.message)).toMatch(/^Only €10\.00.* is left of deposit D-/);
  });

  test('more than is left or due, other customers and other currencies are refused with the reason', async () => {
    const { deposit, invoice, customerId } = await heldAndDue();
    await expect(apply(deposit, invoice, 5_001)).rejects.toMatchObject({ code: 'more-than-left', status: 409 });
    await expect(apply(deposit, invoice, 0)).rejects.toMatchObject({ code: 'fields-invalid' });
    await expect(apply(deposit, invoice, -5)).rejects.toMatchObject({ code: 'fields-invalid' });
    const small = await anInvoice(till.house, { customerId, amountMinor: 300 });
    await expect(apply(deposit, small, 301)).rejects.toThrow('Only €3.00 EUR is due on invoice');
    await expect(apply(deposit, await anInvoice(till.house))).rejects.toMatchObject({ code: 'other-customer' });
    const dollars = await anInvoice(till.house, { customerId, currency: 'USD' });
    await expect(apply(deposit, dollars)).rejects.toMatchObject({ code: 'other-currency' });
    await expect(apply(invoice, deposit)).rejects.toMatchObject({ status: 404 });
    await expect(apply(await aDeposit(till.house, { customerId }), invoice)).rejects.toThrow('Nothing is left of');
    expect((await now(invoice)).paidMinor).toBe(0);
  });

  test('while a card payment of the invoice is under way nothing is applied; once it is cancelled, it is', async () => {
    const { deposit, invoice } = await heldAndDue();
    const { paymentId } = await startPayment(
      till.house,
      await till.press(await till.aLink(invoice.id), { card: CARDS.challenge }),
    );
    await expect(apply(deposit, invoice)).rejects.toMatchObject({ code: 'being-paid', detail: { paymentId } });
    await cancelPayment(till.house, { paymentId, actor: SYSTEM });
    await apply(deposit, invoice);
    expect((await now(invoice)).dueMinor).toBe(7_500);
  });
});
