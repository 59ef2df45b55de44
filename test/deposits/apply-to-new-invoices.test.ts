import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import type { Customer } from '../../src/customers/customer.ts';
import { applyToNewInvoices } from '../../src/deposits/apply-to-new-invoices.ts';
import { unapplyDeposit } from '../../src/deposits/unapply-deposit.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { applicationsOf } from '../../src/payables/applications.store.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { cancelPayment } from '../../src/payments/cancel-payment.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('deposits that apply themselves on %s', (engine) => {
  let till: Till;
  let customer: Customer;
  let orders = 0;
  beforeAll(async () => {
    till = await openTill({ engine });
    customer = await aCustomer(till.house);
    await autoApply(true);
  });
  afterEach(async () => {
    expect((await checkBooks(till.house.db)).flatMap((one) => one.broken)).toEqual([]);
  });
  afterAll(() => till.stop());

  const autoApply = async (autoApplyDeposits: boolean) =>
    changeCompany(till.house, { ...(await readCompany(till.house.db)), autoApplyDeposits }, SYSTEM);
  const pay = async (payable: Payable, card?: string) =>
    startPayment(till.house, await till.press(await till.aLink(payable.id), card ? { card } : {}));
  async function heldFor(orderReference: string, amountMinor = 5_000): Promise<Payable> {
    const deposit = await aDeposit(till.house, { customerId: customer.id, orderReference, amountMinor });
    expect((await pay(deposit)).state).toBe('succeeded');
    return deposit;
  }
  const invoiceFor = (orderReference: string, over: object = {}) =>
    anInvoice(till.house, { customerId: customer.id, orderReference, ...over });
  const appliedTo = async (invoice: { id: string }) =>
    (await applicationsOf(till.house.db, { invoiceId: invoice.id })).filter((one) => !one.unappliedAt);
  const anOrder = () => `PO ${++orders}`;
  const jobRuns = async (afterMs = 0) => {
    till.clock.advance(afterMs);
    await applyToNewInvoices(till.house);
  };

  test('what is held for an order is applied when its invoice arrives, the oldest deposit first, by the portal', async () => {
    const order = anOrder();
    const [older, newer] = [await heldFor(order, 8_000), await heldFor(order.toLowerCase(), 8_000)];
    const invoice = await invoiceFor(` ${order} `, { amountMinor: 12_500 });
    await jobRuns();
    expect((await appliedTo(invoice)).map((one) => [one.depositId, one.amountMinor, one.appliedBy])).toEqual([
      [newer.id, 4_500, undefined],
      [older.id, 8_000, undefined],
    ]);
    const lines = (await auditOf(till.house.db, invoice.id)).filter(
      (line) => line.action === 'invoice.deposit-applied',
    );
    expect(lines.map((line) => line.actorKind)).toEqual(['system', 'system']);
  });

  test('an imported invoice is found too, and one that is told its order later', async () => {
    const [first, second] = [anOrder(), anOrder()];
    await heldFor(first);
    await heldFor(second);
    const row = {
      number: `IMP-${engine}`,
      issuedOn: '2026-11-01',
      dueOn: '2026-12-01',
      customerNumber: customer.number,
      customerName: '',
      customerEmail: '',
      currency: 'EUR',
      total: '99.00',
      orderReference: first,
    };
    const notation = { dates: 'ymd', decimals: 'point' } as const;
    await till.house.importers.invoices.take(till.house, [row], { notation, actor: SYSTEM, dryRun: false });
    const { id } = await till.house.db.read
      .selectFrom('payable')
      .select('id')
      .where('number', '=', row.number)
      .executeTakeFirstOrThrow();
    const late = await invoiceFor('');
    const { draft, payable } = await readInvoice(till.house.db, late.id);
    await changeInvoice(
      till.house,
      { id: late.id, version: payable.version },
      { ...draft, orderReference: second },
      SYSTEM,
    );
    await jobRuns();
    expect((await appliedTo({ id })).map((one) => one.amountMinor)).toEqual([5_000]);
    expect(await appliedTo(late)).toHaveLength(1);
  });

  test('an invoice whose order is corrected is looked at again, and what somebody un-applied stays so', async () => {
    const [first, second] = [anOrder(), anOrder()];
    await heldFor(first);
    const later = await heldFor(second);
    const invoice = await invoiceFor(first);
    const tell = async (orderReference: string) => {
      const { draft, payable } = await readInvoice(till.house.db, invoice.id);
      await changeInvoice(
        till.house,
        { id: invoice.id, version: payable.version },
        { ...draft, orderReference },
        SYSTEM,
      );
      await jobRuns(120_000);
    };
    await jobRuns();
    const takeBack = async () => {
      const [applied] = await appliedTo(invoice);
      await unapplyDeposit(till.house, { applicationId: applied?.id ?? '', actor: SYSTEM });
    };
    await takeBack();
    await tell(second);
    expect((await appliedTo(invoice)).map((one) => one.depositId)).toEqual([later.id]);
    await takeBack();
    await tell(first);
    expect(await appliedTo(invoice)).toEqual([]);
  });

  test('what somebody un-applied stays so', async () => {
    const order = anOrder();
    await heldFor(order);
    const invoice = await invoiceFor(order);
    await jobRuns();
    const [applied] = await appliedTo(invoice);
    await unapplyDeposit(till.house, { applicationId: applied?.id ?? '', actor: SYSTEM });
    await till.house.db.q
      .updateTable('deposit_match')
      .set({ next_try_at: '2020-01-01T00:00:00.000Z' })
      .where('invoice_id', '=', invoice.id)
      .execute();
    await jobRuns(120_000);
    expect(await appliedTo(invoice)).toEqual([]);
  });

  test('while a card payment of the invoice or the deposit is under way it waits', async () => {
    const order = anOrder();
    await heldFor(order);
    const asked = await aDeposit(till.house, { customerId: customer.id, orderReference: order, amountMinor: 1_000 });
    const challenged = await pay(asked, CARDS.challenge);
    const invoice = await invoiceFor(order);
    await jobRuns();
    expect(await appliedTo(invoice)).toEqual([]);
    await cancelPayment(till.house, { paymentId: challenged.paymentId, actor: SYSTEM });
    const paying = await pay(invoice, CARDS.challenge);
    await jobRuns(120_000);
    expect(await appliedTo(invoice)).toEqual([]);
    await cancelPayment(till.house, { paymentId: paying.paymentId, actor: SYSTEM });
    await jobRuns(120_000);
    expect(await appliedTo(invoice)).toHaveLength(1);
  });

  test('other customers, other currencies and other orders are left alone, and all are where it is switched off', async () => {
    const order = anOrder();
    await heldFor(order);
    const strangers = [
      await invoiceFor(order, { customerId: (await aCustomer(till.house)).id }),
      await invoiceFor(order, { currency: 'USD' }),
      await invoiceFor(`${order}0`),
    ];
    const noted = await invoiceFor(order);
    await autoApply(false);
    strangers.push(await invoiceFor(order));
    await jobRuns();
    expect(await appliedTo(noted)).toEqual([]);
    await autoApply(true);
    await jobRuns(120_000);
    for (const invoice of strangers) expect(await appliedTo(invoice)).toEqual([]);
    expect(await appliedTo(noted)).toHaveLength(1);
  });
});
