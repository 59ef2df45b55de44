import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { CARDS } from '../support/till.ts';
import { addressIn, bankWindow, openScene, type Scene, seesReceipt, typeCard, worksForAll } from './support/scene.ts';

describe('a clerk at the telephone', () => {
  let at: Scene;
  let clerk: TestPage;
  beforeAll(async () => {
    at = await openScene();
    clerk = await at.signedIn('clerk');
  });
  afterAll(() => at.stop());

  const open = async (path: string) => clerk.goto(`${at.url}${path}`);

  test('keys the card that the customer tells, sees what will happen, pays a part once, and has receipt and balance', async () => {
    const customer = await aCustomer(at.house, { name: 'North Pier Boatyard', email: 'desk@northpier.example.test' });
    const invoice = await anInvoice(at.house, { customerId: customer.id, amountMinor: 12_500 });
    await open(paths.invoice(invoice.id));
    await clerk.getByRole('link', { name: 'Charge a card' }).click();
    await typeCard(clerk);
    clerk.expectConsole(/422/);
    await clerk.getByLabel('Amount').fill('125.01');
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByText('Only €125.00 EUR is due').first().waitFor();
    await worksForAll(clerk);

    await clerk.getByLabel('Amount').fill('100.00');
    await clerk.getByLabel(/Save card details for future payment/).check();
    await picture(clerk, 'process-card');
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByRole('heading', { name: 'Charge €100.00 EUR?' }).waitFor();
    expect(await clerk.locator('#confirmation').innerText()).toMatch(/Left to pay after that\s+€25\.00/);
    await picture(clerk, 'confirm-charge');
    await clerk.getByRole('button', { name: 'Pay €100.00 EUR' }).click();
    await clerk.getByRole('heading', { name: 'Charged' }).waitFor();
    expect(await clerk.innerText('main')).toMatch(/€100\.00 EUR was charged to Visa.*4242/);
    expect(await clerk.innerText('main')).toContain('€25.00 EUR');
    await picture(clerk, 'charged');
    await worksForAll(clerk);
    expect(await at.chargesFor(invoice.id)).toEqual([10_000]);
    await at.letterTo('desk@northpier.example.test', /receipt/i);

    // The rest with the card that was kept: no script is needed for that.
    await clerk.getByRole('link', { name: 'Charge the rest' }).click();
    await clerk.getByLabel(/Visa.*4242/).check();
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByRole('button', { name: 'Pay €25.00 EUR' }).click();
    await clerk.getByRole('heading', { name: 'Charged' }).waitFor();
    expect(await at.chargesFor(invoice.id)).toEqual([2_500, 10_000]);
  });

  test('tries a card that is declined, reads why, and takes another', async () => {
    const invoice = await anInvoice(at.house);
    await open(paths.processCard(invoice.id));
    await typeCard(clerk, CARDS.noFunds);
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByRole('button', { name: /^Pay/ }).click();
    await clerk.getByRole('heading', { name: 'Not charged' }).waitFor();
    expect(await clerk.innerText('main')).toContain('Not enough money');
    await clerk.getByRole('link', { name: 'Try another card' }).click();
    await typeCard(clerk);
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByRole('button', { name: /^Pay/ }).click();
    await clerk.getByRole('heading', { name: 'Charged' }).waitFor();
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('charges a kept card whose bank wants the customer: the page waits and turns green when they have confirmed', async () => {
    const customer = await aCustomer(at.house, { name: 'South Pier', email: 'desk@southpier.example.test' });
    const first = await at.aLink((await anInvoice(at.house, { customerId: customer.id })).id);
    await startPayment(at.house, await at.press(first, { card: CARDS.challenge, saveCard: true }));
    const payer = await at.open(linkUrl(at.house, first));
    await payer.getByRole('button', { name: 'Continue with your bank' }).click();
    await bankWindow(payer)
      .getByRole('button', { name: /complete/i })
      .click();
    await seesReceipt(payer);

    const invoice = await anInvoice(at.house, { customerId: customer.id, amountMinor: 7_700 });
    await open(paths.processCard(invoice.id));
    await clerk.getByLabel(/Visa.*3184/).check();
    await clerk.getByRole('button', { name: 'Confirm' }).click();
    await clerk.getByRole('button', { name: /^Pay/ }).click();
    await clerk.getByRole('heading', { name: 'Waiting for the customer' }).waitFor();
    expect(await clerk.innerText('main')).toContain('desk@southpier.example.test');
    await picture(clerk, 'handed-over');

    const letter = await at.letterTo('desk@southpier.example.test', /please confirm your payment/);
    expect(letter.text).toContain('Your bank wants you to confirm');
    await payer.goto(addressIn(letter, '/pay/'));
    await picture(payer, 'hand-off-page');
    await worksForAll(payer);
    await payer.getByRole('button', { name: 'Confirm with your bank' }).click();
    await bankWindow(payer)
      .getByRole('button', { name: /complete/i })
      .click();
    await seesReceipt(payer);

    await clerk.getByRole('heading', { name: 'Charged' }).waitFor();
    expect(await at.chargesFor(invoice.id)).toEqual([7_700]);
  });
});
