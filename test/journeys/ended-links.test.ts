import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import { DAY_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import { type PageOptions, picture } from '../support/browser.ts';
import {
  addressIn,
  OFFICE_ADDRESS,
  openScene,
  payWith,
  type Scene,
  seesReceipt,
  worksForAll,
} from './support/scene.ts';

describe('a link that can no longer be used', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  /** The page of a link that has ended says so with a status of its own. */
  const openEnded = async (url: string, options?: PageOptions) => {
    const page = await at.open('about:blank', options);
    page.expectConsole(/status of 410/);
    const answer = await page.goto(url);
    expect(answer?.status()).toBe(410);
    await worksForAll(page);
    return page;
  };

  test('a replaced one offers the newer one, which comes by mail and pays', async () => {
    const { invoice, link, email } = await at.anInvoiceToPay();
    const newer = await at.aLink(invoice.id);
    const page = await openEnded(linkUrl(at.house, link), { width: 320 });
    await page.getByRole('heading', { name: 'There is a newer link' }).waitFor();
    await picture(page, 'replaced-320');
    await page.getByRole('button', { name: 'Mail me the newer link' }).click();
    await page.getByText('it is on its way to the e-mail address on file').waitFor();
    await worksForAll(page);
    await picture(page, 'replaced-mailed-320');
    // The page must not hand the newer link to whoever found the older one.
    expect(await page.content()).not.toContain(linkUrl(at.house, newer));

    const letter = await at.letterTo(email, /new payment link/);
    const payer = await at.openPayPage(addressIn(letter, '/pay/'));
    await payWith(payer);
    await seesReceipt(payer);
    const later = await at.open(linkUrl(at.house, link));
    await later.getByRole('heading', { name: 'Nothing to pay' }).waitFor();
    expect(await later.getByText('It was settled on').count()).toBe(0);
    await worksForAll(later);
    await picture(later, 'replaced-settled');
  });

  test('a withdrawn one says who withdrew it', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    await revokeLink(at.house, { linkId: link.id, actor: SYSTEM });
    const page = await openEnded(linkUrl(at.house, link), { dark: true });
    await page.getByText('Harbour & Sons has withdrawn it. Nothing was charged.').waitFor();
    await picture(page, 'revoked-dark');
    expect(await page.locator('#card-fields').count()).toBe(0);
    expect(await at.chargesFor(invoice.id)).toEqual([]);
  });

  test('asking for a new one reaches the office by letter and as a case, without a script', async () => {
    const { invoice } = await at.anInvoiceToPay();
    const link = await issueLink(at.house, { payableIds: [invoice.id], expiry: '24h', actor: SYSTEM });
    at.clock.advance(DAY_MS + MINUTE_MS);
    const page = await openEnded(linkUrl(at.house, link), { width: 320, javaScript: false });
    await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
    await picture(page, 'expired-320');
    await page.getByLabel('Message').fill('We were away. Could we have another one?');
    await page.getByRole('button', { name: 'Ask for a new link' }).click();
    await page.getByText('Harbour & Sons has been told that you would like a new link.').waitFor();
    await picture(page, 'expired-asked-320');

    const letter = await at.letterTo(OFFICE_ADDRESS, /asks for a new payment link/);
    expect(letter.text).toContain('We were away. Could we have another one?');
    const clerk = await at.signedIn('clerk');
    await clerk.goto(`${at.url}${paths.cases()}`);
    await clerk.getByText('North Pier Boatyard opened a payment link').waitFor();
    await clerk.goto(addressIn(letter, '/links/'));
    await clerk.getByRole('link', { name: 'Make a new link' }).click();
    await clerk.getByRole('button', { name: 'Make the link' }).click();
    await clerk.getByText('The link is made.').waitFor();
  });
});
