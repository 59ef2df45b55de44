import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import type { WantedTerms } from '../../src/links/wanted-terms.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import {
  addressIn,
  cardFields,
  openScene,
  payButton,
  payWith,
  press,
  type Scene,
  seesReceipt,
  typeCard,
  worksForAll,
} from './support/scene.ts';

describe('links for several documents, for a part, and many at once', () => {
  let at: Scene;
  let clerk: TestPage;
  beforeAll(async () => {
    at = await openScene();
    clerk = await at.signedIn('clerk');
  });
  afterAll(() => at.stop());

  const invoiceFor = (customerId: string, number: string, amountMinor: number) =>
    anInvoice(at.house, { customerId, number, amountMinor });
  const linkFor = (payableIds: string[], terms?: WantedTerms) =>
    issueLink(at.house, { payableIds, terms, expiry: '30d', actor: SYSTEM, accountId: at.account.id });
  const goTo = (page: TestPage, path: string) => page.goto(`${at.url}${path}`);

  test('a clerk sends one link for two invoices; one is paid elsewhere meanwhile, and the customer pays the other', async () => {
    const email = 'books@westpier.example.test';
    const customer = await aCustomer(at.house, { name: 'West Pier Boatyard', email });
    const rope = await invoiceFor(customer.id, 'W-100', 4_000);
    const sail = await invoiceFor(customer.id, 'W-101', 8_500);
    await goTo(clerk, paths.customer(customer.id));
    await clerk.getByLabel('Select W-100').check();
    await clerk.getByLabel('Select W-101').check();
    await picture(clerk, 'customer-selected');
    await worksForAll(clerk);
    await clerk.getByRole('button', { name: 'Make one link for the selected' }).click();
    await clerk.getByText('€125.00 EUR').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'new-link');
    await clerk.getByRole('button', { name: 'Make the link' }).click();
    await clerk.getByRole('link', { name: 'Send by e-mail' }).click();
    await clerk.getByRole('button', { name: 'Send', exact: true }).click();
    await clerk.getByText('The letter is on its way.').waitFor();
    const linkPage = clerk.url();

    const letter = await at.letterTo(email, /W-101/);
    const payer = await at.openPayPage(addressIn(letter, '/pay/'), { width: 320 });
    expect(await payer.innerText('#summary')).toMatch(/Invoice W-100\s+€40\.00[\s\S]*Invoice W-101\s+€85\.00/);
    await worksForAll(payer);
    await picture(payer, 'pay-two-invoices-320');
    await startPayment(at.house, await at.press(await linkFor([rope.id])));

    payer.expectConsole(/status of 409/);
    await payWith(payer);
    await payer.getByText('The amount due has changed to €85.00.').waitFor();
    expect(await payer.innerText('#summary')).not.toContain('W-100');
    expect(await cardFields(payer).getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
    await press(payer);
    await seesReceipt(payer);
    expect(await at.chargesFor(sail.id)).toEqual([8_500]);

    await clerk.goto(linkPage);
    expect(await clerk.innerText('main')).toContain('Opened by a person on');
    expect(await clerk.innerText('.history')).toMatch(/The customer paid €85\.00 EUR[\s\S]*sent it to books@westpier/);
    await worksForAll(clerk);
    await picture(clerk, 'link-story');
  });

  test('a customer pays a sum of their own choice, is told what cannot be, and pays the rest later', async () => {
    const customer = await aCustomer(at.house);
    const invoice = await invoiceFor(customer.id, 'W-200', 10_000);
    const link = await linkFor([invoice.id], { terms: 'choose', leastMinor: 1_000 });
    const page = await at.openPayPage(link, { width: 320, dark: true });
    expect(await payButton(page).innerText()).toBe('Pay €100.00');
    await page.getByLabel('All (€100.00)').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Sum to pay').evaluate((field) => field === document.activeElement)).toBe(true);

    page.expectConsole(/status of 422/);
    await page.keyboard.type('500');
    await typeCard(page);
    await page.locator('#amount-fault').getByText('Please enter at most €100.00.').waitFor();
    expect(await payButton(page).innerText()).toBe('Pay by card');
    await worksForAll(page);
    await picture(page, 'pay-choose-too-much-320-dark');
    await press(page);
    await page.locator('#amount:focus').waitFor();
    expect(await at.chargesFor(invoice.id)).toEqual([]);

    await page.getByLabel('Sum to pay').fill('40');
    await page.getByText('€60.00 stays due after this payment.').waitFor();
    await payButton(page).getByText('Pay €40.00').waitFor();
    await picture(page, 'pay-choose-320-dark');
    await worksForAll(page);
    await press(page);
    await seesReceipt(page);

    const later = await at.openPayPage(link);
    expect(await payButton(later).innerText()).toBe('Pay €60.00');
    await picture(later, 'pay-choose-rest');
    await payWith(later);
    await seesReceipt(later);
    expect((await at.chargesFor(invoice.id)).toSorted()).toEqual([4_000, 6_000]);
  });

  test('a sum that was typed stays when the balance changes under it', async () => {
    const customer = await aCustomer(at.house);
    const invoice = await invoiceFor(customer.id, 'W-250', 10_000);
    const page = await at.openPayPage(await linkFor([invoice.id], { terms: 'choose' }));
    await page.getByLabel('Another sum').check();
    await page.getByLabel('Sum to pay').fill('25');
    await payButton(page).getByText('Pay €25.00').waitFor();
    const { draft, payable } = await readInvoice(at.house.db, invoice.id);
    const seen = { id: invoice.id, version: payable.version };
    await changeInvoice(at.house, seen, { ...draft, totalMinor: 7_000 }, SYSTEM);

    page.expectConsole(/status of 409/);
    await payWith(page);
    await page.getByText('The amount due has changed to €70.00.').waitFor();
    expect(await page.getByLabel('Sum to pay').inputValue()).toBe('25');
    await page.getByText('€45.00 stays due after this payment.').waitFor();
    await press(page);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([2_500]);
  });

  test('a customer picks the deposit of two sums', async () => {
    const customer = await aCustomer(at.house);
    const invoice = await invoiceFor(customer.id, 'W-300', 20_000);
    const page = await at.openPayPage(await linkFor([invoice.id], { terms: 'deposit_or_full', partMinor: 5_000 }));
    expect(await payButton(page).innerText()).toBe('Pay €50.00');
    await page.getByLabel('All (€200.00)').check();
    expect(await payButton(page).innerText()).toBe('Pay €200.00');
    await page.getByText('Nothing stays due after this payment.').waitFor();
    await page.getByLabel('A deposit of €50.00').check();
    await page.getByText('€150.00 stays due after this payment.').waitFor();
    await worksForAll(page);
    await picture(page, 'pay-deposit-or-full');
    await payWith(page);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([5_000]);
  });

  test('a clerk sends links for a whole list and follows them', async () => {
    const emails = ['a@ropes.example.test', 'b@ropes.example.test', ''];
    for (const [i, email] of emails.entries()) {
      const customer = await aCustomer(at.house, { name: `Ropeworks ${i + 1}`, email });
      await invoiceFor(customer.id, `W-40${i}`, 3_000);
    }
    await goTo(clerk, `${paths.invoices()}?q=ropeworks`);
    await worksForAll(clerk);
    await picture(clerk, 'invoices-selectable');
    await clerk.getByRole('link', { name: 'Send links for all that fit' }).click();
    await clerk.getByText('2 of 3 documents are ticked, of 2 customers: €60.00 EUR.').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'send-links');
    await clerk.getByLabel('Note').fill('Thank you for your order.');
    await clerk.getByRole('button', { name: 'Send the links' }).click();
    await clerk.getByText('Done', { exact: true }).waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'links-sent');
    for (const email of emails.filter(Boolean)) {
      expect((await at.letterTo(email, /payment of W-40/)).text).toContain('Thank you for your order.');
    }
  });

  test('a page that was only loaded was opened by nobody; going to the card fields tells that a person did', async () => {
    const { link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(linkUrl(at.house, link));
    await press(page);
    await page.locator('.card-error:not(:empty)').waitFor();
    await goTo(clerk, paths.link(link.id));
    expect(await clerk.innerText('main')).not.toContain('Opened by a person');
    const told = page.waitForResponse((answer) => answer.url().endsWith('/opened'));
    await cardFields(page).getByLabel('Security code').click();
    expect((await told).status()).toBe(204);
    await clerk.reload();
    expect(await clerk.innerText('main')).toMatch(/Opened by a person on \d+ \w+ \d{4}/);
  });
});
