import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCompany } from '../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../src/company/company.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { issuePersonToken } from '../../src/staff/issue-person-token.ts';
import { axeProblems, newPage, openBrowser, type PageOptions, picture, type TestPage } from '../support/browser.ts';
import { startHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { hirePerson, PASSWORD } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

const SCREENS: Array<[string, PageOptions]> = [
  ['narrow', { width: 320 }],
  ['dark, without scripts', { dark: true, javaScript: false }],
];

describe('the office as people see it', () => {
  let at: Till;
  let browser: Browser;
  let personId: string;
  let email: string;
  beforeAll(async () => {
    [at, browser] = await Promise.all([openTill(), openBrowser()]);
    await changeCompany(at.house, { ...UNNAMED_COMPANY, tradingName: 'Harbour & Sons' }, SYSTEM);
    const customer = await aCustomer(at.house, { name: 'North Pier Boatyard' });
    for (const amountMinor of [123_456, 9_900]) {
      const invoice = await anInvoice(at.house, { customerId: customer.id, amountMinor });
      await startPayment(at.house, await at.press(await at.aLink(invoice.id)));
    }
    const ending = await anInvoice(at.house, { customerId: customer.id });
    await issueLink(at.house, { payableIds: [ending.id], expiry: '24h', actor: SYSTEM });
    personId = (await hirePerson(at, 'clerk')).id;
    ({ email } = await hirePerson(at, 'admin'));
  });
  afterAll(async () => {
    await browser.close();
    await at.stop();
  });

  const fitsAndIsAccessible = async (page: TestPage, name: string) => {
    await picture(page, name);
    expect(await axeProblems(page)).toEqual([]);
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(widths[0]).toBeLessThanOrEqual(widths[1] as number);
  };

  test.each(SCREENS)('signing in and new passwords: %s', async (screen, options) => {
    const page = await newPage(browser, options);
    await page.goto(`${at.url}${paths.invoices()}`);
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', 'not the password');
    page.expectConsole(/status of 422/);
    await page.click('main button');
    await fitsAndIsAccessible(page, `sign-in wrong ${screen}`);
    expect(await page.inputValue('[name=email]')).toBe(email);

    await page.goto(`${at.url}${paths.forgot()}`);
    await fitsAndIsAccessible(page, `forgot ${screen}`);
    const token = await issuePersonToken(at.house, personId, 'reset');
    await page.goto(`${at.url}${paths.reset(token)}`);
    await fitsAndIsAccessible(page, `reset ${screen}`);
    page.expectConsole(/status of 410/);
    await page.goto(`${at.url}${paths.welcome('nobody-has-this')}`);
    await fitsAndIsAccessible(page, `link over ${screen}`);
  });

  test.each(SCREENS)('home, people and company: %s', async (screen, options) => {
    const page = await newPage(browser, options);
    await page.goto(`${at.url}${paths.signIn()}`);
    await page.fill('[name=email]', email);
    await page.fill('[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${at.url}/`);
    await fitsAndIsAccessible(page, `home ${screen}`);
    for (const [name, path] of [
      ['people', paths.people()],
      ['person', paths.person(personId)],
      ['invite', paths.invitePerson()],
      ['company', paths.company()],
      ['own password', paths.ownPassword()],
    ] as const) {
      await page.goto(`${at.url}${path}`);
      await fitsAndIsAccessible(page, `${name} ${screen}`);
    }
    await page.goto(`${at.url}${paths.invitePerson()}`);
    await page.fill('[name=name]', 'Somebody New');
    await page.fill('[name=email]', 'no address');
    page.expectConsole(/status of 422/);
    await page.click('main button.primary');
    await fitsAndIsAccessible(page, `invite wrong ${screen}`);
    expect(await page.inputValue('[name=name]')).toBe('Somebody New');
  });

  test('the first steps of a new portal', async () => {
    const fresh = await startHouse();
    try {
      const admin = await hirePerson(fresh, 'admin');
      const page = await newPage(browser);
      await page.goto(fresh.url);
      await page.fill('[name=email]', admin.email);
      await page.fill('[name=password]', PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${fresh.url}/`);
      await fitsAndIsAccessible(page, 'first steps');
    } finally {
      await fresh.stop();
    }
  });
});
