import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { readCompany } from '../../src/company/company.store.ts';
import { paths } from '../../src/paths.ts';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { hearRefunds } from '../../src/refunds/hear-refunds.ts';
import { picture } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { addressIn, openScene, type Scene, worksForAll } from './support/scene.ts';

describe('money given back', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
    await at.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => at.stop());

  test('one document of a combined payment is refunded by one, approved by another, and the customer sees it', async () => {
    await changeCompany(at.house, { ...(await readCompany(at.house.db)), refundLimits: 'EUR 50' }, SYSTEM);
    const email = 'books@lantern.example.test';
    const customer = await aCustomer(at.house, { name: 'Lantern Works', email });
    const boxes = await anInvoice(at.house, { customerId: customer.id, number: 'BOXES-1' });
    const lamps = await anInvoice(at.house, { customerId: customer.id, number: 'LAMPS-2', amountMinor: 8_000 });
    const link = await at.aLink([boxes.id, lamps.id]);
    const { paymentId } = await startPayment(at.house, await at.press(link));

    const accountant = await at.signedIn('accountant');
    await accountant.goto(`${at.url}${paths.invoice(lamps.id)}`);
    await accountant.getByRole('link', { name: /^Refund €80\.00 EUR paid by card/ }).click();
    expect(await accountant.getByLabel('Of invoice LAMPS-2').inputValue()).toBe('80.00');
    expect(await accountant.getByLabel('Of invoice BOXES-1').inputValue()).toBe('');
    await worksForAll(accountant);
    await picture(accountant, 'refund-form-1280');
    accountant.expectConsole(/409 \(Conflict\)|422 \(Unprocessable/);
    await accountant.getByLabel('Of invoice LAMPS-2').fill('80.01');
    await accountant.getByLabel('Claim reduced').check();
    await accountant.getByLabel('Reason').selectOption({ label: 'Goods returned, or a service not delivered' });
    await accountant.getByRole('button', { name: 'Refund' }).click();
    await accountant
      .getByText(/Only €80\.00 EUR is left to refund/)
      .first()
      .waitFor();
    await worksForAll(accountant);
    await accountant.getByLabel('Of invoice LAMPS-2').fill('80');
    await accountant.getByRole('button', { name: 'Refund' }).click();
    await accountant.getByText('Nothing is sent before a second person approves it.').waitFor();
    await picture(accountant, 'refund-waiting-1280');
    expect(await accountant.getByRole('button', { name: 'Approve and send' }).count()).toBe(0);

    const admin = await at.signedIn('admin', { width: 320, dark: true });
    await admin.goto(`${at.url}${paths.refunds()}?state=waiting`);
    await worksForAll(admin);
    await picture(admin, 'refunds-320-dark');
    await admin.getByRole('link', { name: 'Lantern Works' }).click();
    await worksForAll(admin);
    await picture(admin, 'refund-approve-320-dark');
    await admin.getByRole('button', { name: 'Approve and send' }).click();
    await admin.getByText('€80.00 EUR is refunded.').waitFor();
    await worksForAll(admin);
    await picture(admin, 'refund-done-320-dark');

    await accountant.goto(`${at.url}${paths.invoice(lamps.id)}`);
    expect(await accountant.innerText('h1')).toMatch(/Credited/);
    await worksForAll(accountant);
    await picture(accountant, 'invoice-credited-1280');
    await accountant.getByRole('link', { name: /^Credit note CN-/ }).click();
    await worksForAll(accountant);
    await picture(accountant, 'credit-note-1280');
    await accountant.goto(`${at.url}${paths.payment(paymentId)}`);
    expect(await accountant.innerText('h1')).toMatch(/Partially refunded/);
    await picture(accountant, 'payment-refunded-1280');

    const letter = await at.letterTo(email, /refund of €80\.00/);
    expect(letter.text).toContain('Invoice LAMPS-2 is lowered by €80.00');
    const reader = await at.open(addressIn(letter, '/refund'), { width: 320 });
    await reader.getByRole('heading', { name: /^Refund receipt RF-/ }).waitFor();
    await worksForAll(reader);
    await picture(reader, 'refund-receipt-320');
    // Three people at many pages: more than most journeys.
  }, 60_000);

  test('a refund made at the gateway is heard of by the sweep, and staff say what it was for', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const { paymentId } = await startPayment(at.house, await at.press(link));
    const { gatewayRef = '' } = await readPayment(at.house.db, paymentId);
    const sealed = await at.house.db.read
      .selectFrom('account')
      .select('secret_key_sealed')
      .where('id', '=', at.account.id)
      .executeTakeFirstOrThrow();
    await fetch(`${at.sandboxUrl}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.house.sealer.open(sealed.secret_key_sealed)}` },
      body: new URLSearchParams({ payment_intent: gatewayRef, amount: '2500' }),
    });
    expect(await hearRefunds(at.house)).toBe(1);

    const accountant = await at.signedIn('accountant');
    await accountant.goto(`${at.url}${paths.cases()}`);
    await accountant.getByRole('link', { name: /A refund that was not made here/ }).click();
    await accountant.getByRole('link', { name: 'Refund', exact: true }).click();
    expect(await accountant.getByLabel(/^Of invoice/).inputValue()).toBe('25.00');
    await accountant.getByLabel(/^Of invoice/).fill('125');
    accountant.expectConsole(/422 \(Unprocessable/);
    await accountant.getByLabel('Owed again').check();
    await accountant.getByLabel('Reason').selectOption('duplicate');
    await accountant.getByRole('button', { name: 'Book it so' }).click();
    await accountant
      .getByText(/these sums come to €125\.00/)
      .first()
      .waitFor();
    await worksForAll(accountant);
    await picture(accountant, 'refund-explain-1280');
    await accountant.getByLabel(/^Of invoice/).fill('25');
    await accountant.getByRole('button', { name: 'Book it so' }).click();
    await accountant.getByText('€25.00 EUR is booked to what it was for').waitFor();
    await worksForAll(accountant);
    await picture(accountant, 'refund-explained-1280');
    await accountant.goto(`${at.url}${paths.invoice(invoice.id)}`);
    expect(await accountant.innerText('main')).toMatch(/Due\s+€25\.00/i);

    const broken = [...(await checkBooks(at.house.db)), ...(await checkGateway(at.house))].flatMap((one) => one.broken);
    expect(broken).toEqual([]);
  }, 40_000);
});
