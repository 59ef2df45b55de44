import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { axeProblems, newPage, openBrowser, type PageOptions, picture, type TestPage } from '../support/browser.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { hirePerson, PASSWORD } from '../support/sign-in.ts';

describe('links and payment services as people see them', () => {
  let at: TestHouse;
  let browser: Browser;
  let accountId: string;
  beforeAll(async () => {
    [at, browser] = await Promise.all([startHouse(), openBrowser()]);
    accountId = (await aSandboxAccount(at.house, { name: 'Web shop', currencies: ['EUR', 'GBP'] })).id;
  });
  afterAll(async () => {
    await browser.close();
    await at.stop();
  });

  const signedIn = async (options: PageOptions): Promise<TestPage> => {
    const person = await hirePerson(at, 'admin');
    const page = await newPage(browser, options);
    await page.goto(`${at.url}${paths.signIn()}`);
    await page.fill('[name=email]', person.email);
    await page.fill('[name=password]', PASSWORD);
    await page.click('main button');
    await page.waitForURL(`${at.url}/`);
    return page;
  };
  const aLink = async () => {
    const customer = await aCustomer(at.house, { name: 'North Pier Boatyard', email: 'books@northpier.example.test' });
    const invoice = await anInvoice(at.house, { customerId: customer.id, amountMinor: 123_456 });
    const link = await issueLink(at.house, { payableIds: [invoice.id], expiry: 'after-due', actor: SYSTEM });
    return { invoice, link };
  };

  test.each<[string, PageOptions]>([
    ['narrow', { width: 320 }],
    ['wide and dark', { width: 1280, dark: true }],
  ])('every page fits and can be used by all (%s)', async (name, options) => {
    const { invoice, link } = await aLink();
    const page = await signedIn(options);
    const pages = {
      links: paths.links(),
      link: paths.link(link.id),
      'new-link': paths.newLink(invoice.id),
      'send-link': paths.sendLink(link.id),
      accounts: paths.accounts(),
      account: paths.account(accountId),
      'new-account': paths.newAccount(),
    };
    for (const [what, path] of Object.entries(pages)) {
      await page.goto(`${at.url}${path}`);
      await picture(page, `${what}-${name.replaceAll(' ', '-')}`);
      expect(await axeProblems(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
  });

  test('without scripts a link is made, sent and revoked', async () => {
    const { invoice } = await aLink();
    const page = await signedIn({ javaScript: false });
    await page.goto(`${at.url}${paths.newLink(invoice.id)}`);
    await page.click('text=Make the link');
    expect(await page.isVisible('[data-copy]')).toBe(false);
    await page.click('text=Send by e-mail');
    await page.fill('[name=note]', 'From the counter');
    await page.click('text=Update the letter');
    expect(await page.innerText('[aria-labelledby=preview]')).toContain('From the counter');
    await page.click('button:text-is("Send")');
    expect(await page.innerText('main')).toContain('books@northpier.example.test');
    await page.click('text=Revoke this link…');
    await picture(page, 'link-revoking');
    await page.click('text=Yes, revoke it');
    expect(await page.innerText('h1')).toContain('Revoked');
    await picture(page, 'link-revoked');
  });

  test('the copy button copies the address of the page', async () => {
    const { link } = await aLink();
    const page = await signedIn({});
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: at.url });
    await page.goto(`${at.url}${paths.link(link.id)}`);
    await page.click('[data-copy]');
    await page.waitForSelector('button:text-is("Copied")');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(linkUrl(at.house, link));
  });
});
