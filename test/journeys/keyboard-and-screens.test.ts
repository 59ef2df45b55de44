import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { type PageOptions, picture, type TestPage } from '../support/browser.ts';
import { CARDS } from '../support/till.ts';
import { openScene, payButton, type Scene, seesReceipt, worksForAll } from './support/scene.ts';

const SCREENS: Array<[string, PageOptions]> = [
  ['narrow and dark', { width: 320, dark: true }],
  ['wide', { width: 1280 }],
];

describe('every page for everybody', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  test('a customer pays by keyboard alone on a narrow dark screen', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link, { width: 320, dark: true });
    await tabTo(page, '[name=payerEmail]');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('ann@home.example.test');
    await page.keyboard.press('Tab');
    await page.keyboard.type(CARDS.good);
    await page.keyboard.press('Tab');
    await page.keyboard.type('1240');
    await page.keyboard.press('Tab');
    await page.keyboard.type('123');
    await tabTo(page, '[name=saveCard]');
    await page.keyboard.press('Space');
    expect(await page.isChecked('[name=saveCard]')).toBe(true);
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    expect(await payButton(page).evaluate((button) => button === document.activeElement)).toBe(true);
    await picture(page, 'pay-320-dark-typed');
    await page.keyboard.press('Enter');
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
    await at.letterTo('ann@home.example.test', /receipt/i);
  });

  test.each(SCREENS)('what customers see has nothing for axe to find: %s', async (name, options) => {
    const look = async (page: TestPage, what: string) => {
      await worksForAll(page);
      await picture(page, `${what}-${name.replaceAll(' ', '-')}`);
    };
    const paying = await at.anInvoiceToPay();
    const pay = await at.openPayPage(paying.link, options);
    await look(pay, 'pay');
    await startPayment(at.house, await at.press(paying.link, { card: CARDS.challenge }));
    await pay.reload();
    await pay.getByRole('heading', { name: 'Payment under way' }).waitFor();
    await look(pay, 'waiting');

    const paid = await at.anInvoiceToPay();
    await startPayment(at.house, await at.press(paid.link));
    await look(await at.open(linkUrl(at.house, paid.link), options), 'receipt');

    const gone = await at.anInvoiceToPay();
    await revokeLink(at.house, { linkId: gone.link.id, actor: SYSTEM });
    const ended = await at.open('about:blank', options);
    ended.expectConsole(/status of 410/);
    await ended.goto(linkUrl(at.house, gone.link));
    await look(ended, 'revoked');
  });

  test('what the office sees has nothing for axe to find on a narrow dark screen', async () => {
    const options = { width: 320, dark: true };
    const { invoice, link } = await at.anInvoiceToPay();
    await worksForAll(await at.open(`${at.url}${paths.signIn()}`, options));
    const page = await at.signedIn('admin', options);
    const pages = {
      invoices: paths.invoices(),
      invoice: paths.invoice(invoice.id),
      link: paths.link(link.id),
      receipts: paths.receipts(),
    };
    for (const [what, path] of Object.entries(pages)) {
      await page.goto(`${at.url}${path}`);
      await worksForAll(page);
      await picture(page, `${what}-320-dark`);
    }
  });
});

/** Presses Tab until the element has the focus. */
async function tabTo(page: TestPage, selector: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press('Tab');
    if (await page.locator(selector).evaluate((one) => one === document.activeElement)) return;
  }
  throw new Error(`${selector} cannot be reached with the Tab key`);
}
