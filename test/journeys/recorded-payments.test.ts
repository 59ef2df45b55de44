import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('money that comes without a card', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  test('a clerk records a cheque for part of an invoice, and an accountant takes it back when it bounces', async () => {
    const customer = await aCustomer(at.house, {
      name: 'North Pier Boatyard',
      email: 'cheques@northpier.example.test',
    });
    const invoice = await anInvoice(at.house, { customerId: customer.id, number: 'R-3001', amountMinor: 12_500 });
    const clerk = await at.signedIn('clerk', { width: 320 });
    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    await picture(clerk, 'invoice-open-320');
    await clerk.getByRole('link', { name: 'Record payment' }).click();
    await worksForAll(clerk);
    await picture(clerk, 'record-payment-320');

    await clerk.getByLabel('Cheque', { exact: true }).check();
    await clerk.getByLabel('Amount').fill('500');
    await clerk.getByLabel('Reference').fill('004711');
    clerk.expectConsole(/status of 422/);
    await clerk.getByRole('button', { name: 'Record payment' }).click();
    await clerk.getByText('Only 125.00 EUR is due on invoice R-3001 now.').first().waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'record-payment-refused-320');
    expect(await clerk.inputValue('[name=reference]')).toBe('004711');
    await clerk.getByLabel('Amount').fill('50');
    await clerk.getByRole('button', { name: 'Record payment' }).click();
    await clerk.getByText('The payment is recorded').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'payment-recorded-320');
    const payment = clerk.url();
    await clerk.getByRole('link', { name: /^Receipt R-/ }).click();
    expect(await clerk.innerText('main')).toContain('004711');
    expect((await at.letterTo('cheques@northpier.example.test', /receipt/i)).text).toContain('50.00');
    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    expect(await clerk.innerText('main')).toMatch(/Due\s+€75\.00/i);

    const accountant = await at.signedIn('accountant', { dark: true });
    await accountant.goto(payment);
    await picture(accountant, 'payment-recorded-dark');
    await accountant.getByRole('link', { name: /^Reverse this payment/ }).click();
    await accountant.getByLabel('Why?').fill('The bank returned the cheque');
    await worksForAll(accountant);
    await picture(accountant, 'reverse-dark');
    await accountant.getByRole('button', { name: 'Reverse this payment' }).click();
    await accountant.getByText(/because: The bank returned the cheque/).waitFor();
    await worksForAll(accountant);
    await picture(accountant, 'payment-reversed-dark');
    await accountant.getByRole('link', { name: 'R-3001' }).click();
    expect(await accountant.innerText('main')).toMatch(/Due\s+€125\.00/i);

    await accountant.getByRole('link', { name: 'Show transactions' }).click();
    expect(await accountant.locator('tbody tr').count()).toBe(6);
    expect(await accountant.innerText('tfoot')).toMatch(/€225\.00.*\s+€225\.00/);
    await worksForAll(accountant);
    await picture(accountant, 'transactions-dark');
  });

  test('a clerk voids an invoice, and whoever opens its link sees that nothing is due', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const payer = await at.openPayPage(link);
    const clerk = await at.signedIn('clerk');
    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    await picture(clerk, 'invoice-open-1280');
    await clerk.getByRole('link', { name: 'Void' }).click();
    await voids(clerk);
    await picture(clerk, 'invoice-void-1280');
    expect(await clerk.innerText('h1')).toMatch(/Void/);

    await payer.goto(linkUrl(at.house, link));
    expect(await payer.innerText('main')).toContain('Nothing is due');
    await clerk.goto(`${at.url}${paths.link(link.id)}`);
    expect(await clerk.innerText('h1')).toMatch(/Closed/);
  });
});

/** Gives the reason on the page that asks for it. */
async function voids(clerk: TestPage): Promise<void> {
  await clerk.getByLabel('Why?').fill('Written twice');
  await worksForAll(clerk);
  await picture(clerk, 'void-1280');
  await clerk.getByRole('button', { name: 'Void this invoice' }).click();
  await clerk.getByText('because: Written twice').waitFor();
}
