import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { picture } from '../support/browser.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { addressIn, openScene, type Scene, worksForAll } from './support/scene.ts';

describe('the books', () => {
  let at: Scene;
  let customerId: string;
  let first: string;
  beforeAll(async () => {
    at = await openScene();
    const { house, clock } = at;
    first = clock.now().toISOString().slice(0, 10);
    const customer = await aCustomer(house, {
      ...{ number: 'C-7001', name: 'North Pier Boatyard', email: 'books@northpier.example.test' },
      address: '2 Pier Road\nLeith',
    });
    customerId = customer.id;
    const invoice = await anInvoice(house, { customerId, number: 'B-7001', amountMinor: 12_500, dueOn: first });
    await anInvoice(house, { customerId, number: 'B-7002', amountMinor: 64_050, dueOn: first });
    clock.advance(40 * DAY_MS);
    await startPayment(house, await at.press(await at.aLink(invoice.id)));
    await startPayment(house, await at.press(await at.aLink((await aDeposit(house, { customerId })).id)));
    await anInvoice(house, { customerId, number: 'B-7003', currency: 'JPY', amountMinor: 7_000 });
  });
  afterAll(() => at.stop());

  test('an accountant gives an account its own number, reads a trial balance and follows a movement to its document', async () => {
    const page = await at.signedIn('accountant');
    await page.getByRole('link', { name: 'Books' }).click();
    await page.getByRole('link', { name: 'Chart of accounts' }).click();
    await worksForAll(page);
    await picture(page, 'books-chart-1280');
    await page.getByRole('link', { name: 'Change Receivables' }).click();
    const all = page.getByRole('group', { name: 'All of it' });
    await all.getByLabel('Number').fill('=1200');
    page.expectConsole(/status of 422/);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('A number begins with a letter or a figure').first().waitFor();
    await worksForAll(page);
    await picture(page, 'books-names-refused-1280');
    await all.getByLabel('Number').fill('1200');
    await all.getByLabel('Name').fill('Trade debtors');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved the changes.').waitFor();
    expect(await page.innerText('main')).toContain('1200 Trade debtors');

    await page.getByRole('link', { name: 'Trial balance' }).click();
    expect(await page.getByRole('region', { name: 'EUR' }).innerText()).toMatch(/Sum\s+€815\.50\s+€815\.50/);
    await worksForAll(page);
    await picture(page, 'books-trial-balance-1280');
    await page.getByLabel('At the end of').fill(first);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText(/^Sum/).first().waitFor();
    expect(await page.getByRole('region', { name: 'EUR' }).innerText()).toMatch(/Sum\s+€765\.50\s+€765\.50/);
    expect(await page.innerText('main')).not.toContain('Gateway clearing');
    await page.goto(`${at.url}${paths.books()}`);

    await page.getByRole('region', { name: 'EUR' }).getByRole('link', { name: '1200 Trade debtors' }).click();
    await page.getByText('Closing balance').waitFor();
    await page.getByLabel('From').fill(first);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('row', { name: /Invoice B-7002/ }).waitFor();
    expect(await page.innerText('tfoot')).toContain('€640.50 Dr');
    await worksForAll(page);
    await picture(page, 'books-account-1280');
    await page
      .getByRole('row', { name: /Invoice B-7002/ })
      .getByRole('link', { name: 'Invoice' })
      .click();
    expect(await page.innerText('h1')).toContain('B-7002');
    await page.getByRole('link', { name: 'Show transactions' }).click();
    expect(await page.innerText('main')).toContain('1200 Trade debtors');
    await worksForAll(page);
    await picture(page, 'books-transactions-1280');

    await page.goto(`${at.url}${paths.journal()}`);
    await page.getByLabel('Payment service').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('What moved on each account').waitFor();
    await worksForAll(page);
    await picture(page, 'books-journal-1280');
  }, 40_000);

  test('on a small dark screen every table is in its frame, and the trial balance is whole', async () => {
    const page = await at.signedIn('accountant', { width: 320, dark: true });
    const pages = { chart: paths.ledgerAccounts(), balance: paths.books(), journal: paths.journal() };
    const more = { account: paths.ledgerAccount('receivables'), statement: paths.statement(customerId) };
    for (const [name, path] of Object.entries({ ...pages, ...more })) {
      await page.goto(`${at.url}${path}`);
      await worksForAll(page);
      await picture(page, `books-${name}-320-dark`);
    }
    // Debit and credit are both in sight: nobody has to know that there is more to the right.
    await page.goto(`${at.url}${paths.books()}`);
    const sum = page.getByRole('region', { name: 'EUR' }).locator('tfoot td');
    for (const one of await sum.all()) expect((await one.boundingBox())?.x).toBeLessThan(300);
  });

  test('a clerk mails a customer their statement, who opens it and sees what is open', async () => {
    const clerk = await at.signedIn('clerk');
    await clerk.goto(`${at.url}${paths.customer(customerId)}`);
    await clerk.getByRole('link', { name: 'Statement' }).click();
    await clerk.getByRole('heading', { name: 'Movements in EUR' }).waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'books-statement-1280');
    expect(await clerk.inputValue('[name=address]')).toBe('books@northpier.example.test');
    await clerk.getByRole('button', { name: 'Mail the statement' }).click();
    await clerk.getByText('The statement is on its way').waitFor();
    const letter = await at.letterTo('books@northpier.example.test', /statement/i);
    const customer = await at.open(addressIn(letter, '/s/'), { width: 320 });
    expect(await customer.innerText('main')).toMatch(/B-7002[\s\S]*31–60 days overdue[\s\S]*€640\.50/);
    await worksForAll(customer);
    await picture(customer, 'books-customer-statement-320');
  });
});
