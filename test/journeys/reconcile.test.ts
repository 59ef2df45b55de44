import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPayment } from '../../src/payments/payments.store.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { aChargeThere, atDashboard, chargeThere } from '../reconcile/gateway-side.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { CARDS } from '../support/till.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant who holds the books against the gateway', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
    await at.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => at.stop());

  async function pay(card?: string) {
    const { link } = await at.anInvoiceToPay(48_200);
    const { paymentId } = await startPayment(at.house, await at.press(link, card ? { card } : {}));
    return (await readPayment(at.house.db, paymentId)).gatewayRef ?? '';
  }
  const open = (page: TestPage) => page.getByRole('link', { name: 'Reconcile', exact: true }).first().click();
  async function look(page: TestPage, button = 'Look now') {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('button', { name: button }).waitFor();
  }

  let paid: string;

  test('is not told that they are equal before they were looked at, then that they are; and says who decides', async () => {
    paid = await pay();
    const page = await at.signedIn('accountant');
    await open(page);
    expect(await page.innerText('main')).toContain('It was not looked at yet.');
    expect(await page.innerText('main')).not.toContain('Books equal');
    await look(page);
    await page
      .getByText(/Books equal the gateway as of \d+ \w+ \d{4}, \d\d:\d\d\./)
      .first()
      .waitFor();
    expect(await page.innerText('main')).toContain('€482.00');
    await worksForAll(page);
    await picture(page, 'reconcile-equal');

    await page.getByLabel('Differences go to').selectOption({ label: 'The accountant' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. It holds for what is found from now on.').waitFor();
  });

  test('finds what differs, sees what was repaired, and decides the rest', async () => {
    const page = await at.signedIn('accountant');
    await open(page);
    // A message that was lost, a refund and a charge that nobody made here.
    await chargeThere(at, await pay(CARDS.declined));
    await atDashboard(at, '/refunds', { payment_intent: paid, amount: '8200' });
    await aChargeThere(at, { reference: newId('pay'), amountMinor: 9_900 });
    await look(page);
    await page
      .getByText(/^1 difference since/)
      .first()
      .waitFor();
    const list = page.getByRole('region', { name: 'Differences to decide' });
    expect(await list.innerText()).toContain('The accountant');
    await worksForAll(page);
    await picture(page, 'reconcile-differences');

    await page.getByRole('region', { name: 'Last looks' }).getByRole('row').nth(1).getByRole('link').click();
    await page.getByText('3 differences found, 2 repaired.').waitFor();
    await worksForAll(page);
    await picture(page, 'reconcile-run');

    await open(page);
    await list.getByRole('link', { name: 'Paid with our mark, unknown here' }).click();
    await page.getByLabel('What was done').fill('It belongs to the shop in Leith, whose books have it.');
    await page.getByRole('button', { name: 'Close the case' }).click();
    await open(page);
    await page
      .getByText(/Books equal .+, but for 1 difference that was explained/)
      .first()
      .waitFor();
    await page
      .getByRole('region', { name: 'Differences that were explained' })
      .getByRole('link', { name: 'Paid with our mark, unknown here' })
      .waitFor();
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByText(/Books equal .+, but for 1 difference that was explained/).waitFor();
    await picture(page, 'reconcile-home');
  });

  test('reads it on a narrow screen, in the dark and without JavaScript, and presses there too', async () => {
    const narrow = await at.signedIn('accountant', { width: 320, javaScript: false });
    await narrow.goto(`${at.url}/reconcile`);
    await narrow.getByRole('button', { name: 'Look now' }).click();
    await narrow.getByRole('button', { name: 'Look now' }).waitFor();
    await worksForAll(narrow);
    await picture(narrow, 'reconcile-narrow');
    const dark = await at.signedIn('admin', { dark: true });
    await dark.goto(`${at.url}/reconcile`);
    await worksForAll(dark);
    await picture(dark, 'reconcile-dark');
  });

  test('is told that the gateway cannot be reached, and never that all is equal', async () => {
    const page = await at.signedIn('accountant');
    await at.control('POST', '/faults', { match: { method: 'GET', path: '/v1/payment_intents' }, do: '429', times: 9 });
    await page.goto(`${at.url}/reconcile`);
    await look(page, 'Look at everything');
    await page
      .getByText(/The gateway could not be asked since/)
      .first()
      .waitFor();
    expect(await page.innerText('main')).not.toContain('Books equal the gateway');
    await worksForAll(page);
    await picture(page, 'reconcile-not-reached');
  });
});
