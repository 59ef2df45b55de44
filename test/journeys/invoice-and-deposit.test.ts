import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { addressIn, openScene, payWith, type Scene, seesReceipt } from './support/scene.ts';

describe('from the office to the receipt', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  test('a clerk mails a link for an invoice, the customer pays it by card, and the clerk sees it paid', async () => {
    const customer = await aCustomer(at.house, { name: 'North Pier Boatyard', email: 'books@northpier.example.test' });
    const invoice = await anInvoice(at.house, { customerId: customer.id, number: 'R-2041', amountMinor: 123_456 });
    const clerk = await at.signedIn('clerk');
    await clerk.getByRole('link', { name: 'Invoices', exact: true }).click();
    await clerk.getByRole('link', { name: 'R-2041' }).click();
    await clerk.getByRole('link', { name: 'Send payment link' }).click();
    await mailsTheLink(clerk);

    const letter = await at.letterTo('books@northpier.example.test', /R-2041/);
    expect(letter.text).toContain('1,234.56');
    const payer = await at.openPayPage(addressIn(letter, '/pay/'), { width: 320 });
    expect(await payer.innerText('main')).toContain('€1,234.56');
    await picture(payer, 'pay-320');
    await payWith(payer);
    await seesReceipt(payer);
    await picture(payer, 'receipt-320');
    expect(await payer.innerText('main')).toContain('€1,234.56');
    expect(await at.chargesFor(invoice.id)).toEqual([123_456]);

    const receipt = await at.letterTo('books@northpier.example.test', /receipt/i);
    const again = await at.open(addressIn(receipt, '/r/'));
    await seesReceipt(again);
    await picture(again, 'receipt-1280');

    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    expect(await clerk.innerText('h1')).toMatch(/Paid/);
    await picture(clerk, 'invoice-paid');
  });

  test('a clerk asks for a deposit, the customer pays it, and it stands there as paid', async () => {
    const customer = await aCustomer(at.house, { name: 'South Pier Boatyard', email: 'desk@southpier.example.test' });
    const clerk = await at.signedIn('clerk');
    await clerk.goto(`${at.url}${paths.newDeposit()}`);
    await clerk.getByLabel('Customer').fill(customer.number);
    await clerk.getByLabel('Currency').fill('EUR');
    await clerk.getByLabel('Sum to be paid').fill('250.00');
    await clerk.getByRole('button', { name: 'Request deposit' }).click();
    const deposit = clerk.url();
    await clerk.getByRole('link', { name: 'Send payment link' }).click();
    await mailsTheLink(clerk);

    const letter = await at.letterTo('desk@southpier.example.test', /payment of/);
    const payer = await at.openPayPage(addressIn(letter, '/pay/'));
    await picture(payer, 'pay-1280');
    await payWith(payer);
    await payer.getByRole('heading', { name: /^Deposit receipt/ }).waitFor();
    await at.letterTo('desk@southpier.example.test', /receipt/i);

    await clerk.goto(deposit);
    expect(await clerk.innerText('main')).toMatch(/Paid\s+€250\.00/i);
    await picture(clerk, 'deposit-paid');
  });
});

/** From "Send payment link" until the letter is on its way. */
async function mailsTheLink(clerk: TestPage): Promise<void> {
  await clerk.getByRole('button', { name: 'Make the link' }).click();
  await clerk.getByRole('link', { name: 'Send by e-mail' }).click();
  await clerk.getByRole('button', { name: 'Send', exact: true }).click();
  await clerk.getByText('The letter is on its way.').waitFor();
}
