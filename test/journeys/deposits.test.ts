import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { addressIn, openScene, payWith, type Scene, worksForAll } from './support/scene.ts';

describe('a deposit from the order to the refund', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  test('30 % of an order is asked for, paid, applied, taken back, applied in part, and the rest refunded', async () => {
    const customer = await aCustomer(at.house, { name: 'Lantern Works', email: 'desk@lantern.example.test' });
    const clerk = await at.signedIn('clerk');
    await clerk.goto(`${at.url}${paths.newDeposit()}`);
    await clerk.getByLabel('Customer').fill(customer.number);
    await clerk.getByLabel('Currency').fill('EUR');
    await clerk.getByLabel('Order reference').fill('PO 77');
    await clerk.getByLabel('Total of the order').fill('1,000.00');
    await clerk.getByLabel('A percentage of the order').check();
    expect(await clerk.getByLabel('Sum to be paid').isVisible()).toBe(false);
    await clerk.getByLabel('Percentage', { exact: true }).fill('30');
    await clerk.getByRole('button', { name: 'Request deposit' }).click();
    await clerk.getByText('30 % of €1,000.00 EUR is €300.00 EUR.').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'deposit-confirm');
    await clerk.getByRole('button', { name: /^Request: €300\.00/ }).click();
    await clerk.getByRole('heading', { name: /^Deposit D-/ }).waitFor();
    const deposit = clerk.url();

    await customerPays(at, clerk, 'desk@lantern.example.test');
    const invoice = await anInvoice(at.house, {
      ...{ customerId: customer.id, number: 'R-77', amountMinor: 100_000, orderReference: 'PO 77' },
    });

    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    await clerk.getByRole('link', { name: 'Apply deposit' }).click();
    await clerk.getByText('Same order').waitFor();
    expect(await clerk.getByLabel(/^Sum to apply/).inputValue()).toBe('300.00');
    await picture(clerk, 'apply-available');
    await clerk.getByRole('button', { name: /^Apply/ }).click();
    await clerk.getByText('Applied €300.00').waitFor();
    await clerk.getByRole('button', { name: /^Un-apply/ }).click();
    await clerk.getByText('Un-applied: the sum is due').waitFor();
    clerk.expectConsole(/409 \(Conflict\)/);
    await clerk.getByLabel(/^Sum to apply/).fill('300.01');
    await clerk.getByRole('button', { name: /^Apply/ }).click();
    await clerk
      .getByText(/Only €300\.00 EUR is left/)
      .first()
      .waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'apply-refused');
    await clerk.getByLabel(/^Sum to apply/).fill('250.00');
    await clerk.getByRole('button', { name: /^Apply/ }).click();
    await clerk.getByText('Applied €250.00').waitFor();
    await worksForAll(clerk);
    await picture(clerk, 'apply-applied');
    await clerk.setViewportSize({ width: 320, height: 900 });
    await worksForAll(clerk);
    await picture(clerk, 'apply-320');
    await clerk.setViewportSize({ width: 1280, height: 900 });
    await clerk.goto(`${at.url}${paths.invoice(invoice.id)}`);
    expect(await clerk.innerText('main')).toMatch(/Due\s+€750\.00/i);
    await picture(clerk, 'invoice-applied');

    await clerk.goto(`${at.url}${paths.deposits()}`);
    await clerk.getByRole('link', { name: 'Deposits held' }).click();
    expect(await clerk.innerText('main')).toMatch(/Lantern Works[\s\S]*€50\.00/);
    await worksForAll(clerk);
    await picture(clerk, 'held-1280');

    const accountant = await at.signedIn('accountant', { width: 320, dark: true });
    await accountant.goto(`${at.url}${paths.depositsHeld()}`);
    await picture(accountant, 'held-320-dark');
    await accountant.goto(deposit);
    await accountant.getByRole('link', { name: 'Refund the rest' }).click();
    expect(await accountant.getByLabel('Sum to refund').inputValue()).toBe('50.00');
    await worksForAll(accountant);
    await picture(accountant, 'refund-320');
    await accountant.getByRole('button', { name: 'Refund' }).click();
    await accountant.getByText('€50.00 EUR is refunded.').waitFor();
    expect(await accountant.innerText('h1')).toMatch(/Refunded/);
    await worksForAll(accountant);
    await picture(accountant, 'deposit-refunded-320');
    const letter = await at.letterTo('desk@lantern.example.test', /refund of €50\.00/);
    expect(letter.text).toContain('Visa ending in 4242');

    await clerk.goto(deposit);
    await worksForAll(clerk);
    await picture(clerk, 'deposit-refunded-1280');
    const story = await clerk.getByRole('table').filter({ hasText: 'Asked for' }).innerText();
    expect(story.match(/Asked for|Paid by|Applied|Un-applied|Refunded/g)).toEqual([
      ...['Asked for', 'Paid by', 'Applied', 'Un-applied', 'Applied', 'Refunded'],
    ]);

    await clerk.goto(`${at.url}${paths.depositsHeld()}`);
    await clerk.getByText('Nothing was held').waitFor();

    const broken = [...(await checkBooks(at.house.db)), ...(await checkGateway(at.house))].flatMap((one) => one.broken);
    expect(broken).toEqual([]);
    // Several people at many pages: more than most journeys.
  }, 40_000);
});

/** By the link that the clerk mails from the page of the deposit. */
async function customerPays(at: Scene, clerk: TestPage, email: string): Promise<void> {
  await clerk.getByRole('link', { name: 'Send payment link' }).click();
  await clerk.getByRole('button', { name: 'Make the link' }).click();
  await clerk.getByRole('link', { name: 'Send by e-mail' }).click();
  await clerk.getByRole('button', { name: 'Send', exact: true }).click();
  await clerk.getByText('The letter is on its way.').waitFor();
  const letter = await at.letterTo(email, /payment of/);
  const payer = await at.openPayPage(addressIn(letter, '/pay/'));
  await payWith(payer);
  await payer.getByRole('heading', { name: /^Deposit receipt/ }).waitFor();
  await payer.close();
}
