import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkUrl } from '../../src/links/link-url.ts';
import type { TestPage } from '../support/browser.ts';
import { fieldsAreReady, openScene, payWith, type Scene, seesReceipt } from './support/scene.ts';

describe('a mail scanner that follows and presses whatever it finds', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  /** What stands behind links and forms of a page, on the portal. */
  const addressesOn = async (url: string): Promise<string[]> => {
    const html = await (await fetch(url)).text();
    const found = [...html.matchAll(/(?:href|src|action|data-[a-z]+)="(\/[^"]*|https?:[^"]*)"/g)].map(([, one]) =>
      String(one).replaceAll('&amp;', '&'),
    );
    return [...new Set(found.map((one) => new URL(one, url).href))].filter((one) => one.startsWith(at.url));
  };

  const untouched = async () => {
    const [payments, attempts, leases, opened] = await Promise.all([
      at.house.db.read.selectFrom('payment').select('id').execute(),
      at.house.db.read.selectFrom('attempt').select('id').execute(),
      at.house.db.read.selectFrom('lease').select('payable_id').execute(),
      at.house.db.read.selectFrom('link_visit').select('link_id').where('person_opens', '>', 0).execute(),
    ]);
    expect({ payments, attempts, leases, opened, intents: await at.intents() }).toEqual({
      payments: [],
      attempts: [],
      leases: [],
      opened: [],
      intents: [],
    });
  };

  /** All but what leaves the page: a code that is mailed shows nothing to who cannot read the mail. */
  const pressEverything = async (page: TestPage) => {
    for (const button of await page.locator('form[data-pay] button').all()) {
      await button.click({ force: true, noWaitAfter: true, timeout: 2000 });
    }
    await page.getByText('Enter the card number', { exact: false }).or(page.locator('.card-error')).first().waitFor();
    await page.evaluate('for (const form of document.querySelectorAll("form[data-pay]")) form.requestSubmit?.()');
    await page.waitForTimeout(300);
  };

  test('takes no money, begins no payment, and leaves the link as it was', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const url = linkUrl(at.house, link);

    const addresses = [url, ...(await addressesOn(url))];
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of addresses) {
      for (const method of ['HEAD', 'GET', 'OPTIONS']) await fetch(address, { method });
    }
    await untouched();

    // As a form that was never typed into, with and without what the page had in it.
    const html = await (await fetch(url)).text();
    const agreed = /data-agreed="([^"]+)"/.exec(html)?.[1] ?? '';
    for (const address of addresses.filter((one) => one.startsWith(url))) {
      for (const fields of [{}, { payerEmail: 'books@northpier.example.test', saveCard: 'yes', agreed }]) {
        await fetch(address, { method: 'POST', body: new URLSearchParams(fields) });
        await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(fields),
        });
      }
    }
    await untouched();

    const scanner = await at.openPayPage(link);
    await pressEverything(scanner);
    await untouched();
    // A scanner that goes round the page's own script: the form sends itself.
    await scanner.evaluate('document.forms[0].submit()');
    await fieldsAreReady(scanner);
    await untouched();

    const payer = await at.openPayPage(link);
    await payWith(payer);
    await seesReceipt(payer);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });
});
