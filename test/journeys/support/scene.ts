/** A company with a portal, a gateway, a mail server and a browser: everything that a journey needs. */
import { expect } from '@jest/globals';
import type { Browser, Locator } from 'playwright-core';
import { SYSTEM } from '../../../src/audit/record.ts';
import { changeCompany } from '../../../src/company/change-company.ts';
import { UNNAMED_COMPANY } from '../../../src/company/company.ts';
import type { Link } from '../../../src/links/link.ts';
import { linkUrl } from '../../../src/links/link-url.ts';
import { deliverOutbox } from '../../../src/mail/deliver-outbox.ts';
import { createSmtpMailer } from '../../../src/mail/smtp-mailer.ts';
import { paths } from '../../../src/paths.ts';
import type { Role } from '../../../src/permissions.ts';
import { axeProblems, newPage, openBrowser, type PageOptions, type TestPage } from '../../support/browser.ts';
import { type Letter, type MailServer, startMailServer } from '../../support/mail-server.ts';
import { aCustomer, anInvoice } from '../../support/seeds.ts';
import { hirePerson, PASSWORD } from '../../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../../support/till.ts';

/** Who is asked when something is unclear; letters to the company go there. */
export const OFFICE_ADDRESS = 'office@harbour.example.test';

/** Less than a test may take, so that it is said what did not come. */
const PATIENCE_MS = 8000;

export interface Scene extends Till {
  browser: Browser;
  mail: MailServer;
  /** Sends what waits in the outbox and gives the first letter to that address whose subject fits. */
  letterTo(address: string, subject: RegExp): Promise<Letter>;
  /** A window of its own at that address. */
  open(url: string, options?: PageOptions): Promise<TestPage>;
  /** The payer's page of a link, with the card fields ready. */
  openPayPage(link: Link | string, options?: PageOptions): Promise<TestPage>;
  /** Somebody of that role at the page where the office begins. */
  signedIn(role: Role, options?: PageOptions): Promise<TestPage>;
  /** A customer's invoice and a link for it. */
  anInvoiceToPay(amountMinor?: number): Promise<{ invoice: { id: string }; link: Link; email: string }>;
  /** The charges that the gateway made for an invoice or a deposit, in minor units. */
  chargesFor(payableId: string): Promise<number[]>;
}

let seen = 0;

export async function openScene(): Promise<Scene> {
  const [mail, browser] = await Promise.all([startMailServer(), openBrowser()]);
  const till = await openTill({ config: { smtpUrl: mail.url } });
  const { house } = till;
  const company = { tradingName: 'Harbour & Sons', address: '1 Quay\nLeith', supportEmail: OFFICE_ADDRESS };
  await changeCompany(house, { ...UNNAMED_COMPANY, ...company }, SYSTEM);

  const open: Scene['open'] = async (url, options) => {
    const page = await newPage(browser, options);
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url);
    return page;
  };

  return {
    ...till,
    browser,
    mail,
    open,
    async letterTo(address, subject) {
      const mailer = createSmtpMailer({ smtpUrl: mail.url, mailFrom: house.config.mailFrom });
      try {
        await deliverOutbox({ ...house, mailer });
      } finally {
        mailer.close();
      }
      return mail.waitFor((letter) => letter.to.includes(address) && subject.test(letter.subject));
    },
    async openPayPage(link, options) {
      const page = await open(typeof link === 'string' ? link : linkUrl(house, link), options);
      await fieldsAreReady(page);
      return page;
    },
    async signedIn(role, options) {
      const person = await hirePerson(till, role);
      const page = await open(`${till.url}${paths.signIn()}`, options);
      await page.fill('[name=email]', person.email);
      await page.fill('[name=password]', PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${till.url}/`);
      return page;
    },
    async anInvoiceToPay(amountMinor = 12_500) {
      const email = `books-${++seen}@northpier.example.test`;
      const customer = await aCustomer(house, { name: 'North Pier Boatyard', email });
      const invoice = await anInvoice(house, { customerId: customer.id, amountMinor });
      return { invoice, link: await till.aLink(invoice.id), email };
    },
    async chargesFor(payableId) {
      const rows = await house.db.read
        .selectFrom('payment_payable')
        .innerJoin('payment', 'payment.id', 'payment_payable.payment_id')
        .select('payment.gateway_ref')
        .where('payable_id', '=', payableId)
        .execute();
      const ours = rows.map((row) => row.gateway_ref);
      const charged = (await till.intents()).filter((one) => ours.includes(one.id) && one.amount_received > 0);
      return charged.map((one) => one.amount_received);
    },
    async stop() {
      await browser.close();
      await till.stop();
      await mail.stop();
    },
  };
}

/** The button lives when the gateway's fields are there. */
export async function fieldsAreReady(page: TestPage): Promise<void> {
  await page.locator('form[data-pay] button[type=submit]:not([disabled])').waitFor();
}

export const payButton = (page: TestPage): Locator => page.locator('form[data-pay] button[type=submit]');

/** The gateway's frame with the card fields. */
export const cardFields = (page: TestPage) => page.frameLocator('iframe[name="sandbox-card-fields"]');

/** The page of the card's bank, in a window over ours. */
export const bankWindow = (page: TestPage) => page.frameLocator('iframe[name="sandbox-challenge"]');

/** Types a card in place of whatever stands there. */
export async function typeCard(page: TestPage, number: string = CARDS.good): Promise<void> {
  const frame = cardFields(page);
  await frame.getByLabel('Card number').fill(number);
  await frame.getByLabel('Expiry date').fill('12 / 40');
  await frame.getByLabel('Security code').fill('123');
}

export async function payWith(page: TestPage, number?: string): Promise<void> {
  await typeCard(page, number);
  await press(page);
}

/** Clicks once the page stands still: right after scrolling, the browser may think that a frame is still there. */
export async function press(page: TestPage): Promise<void> {
  await payButton(page).scrollIntoViewIfNeeded();
  await page.evaluate('new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn), 50))');
  await payButton(page).click();
}

/** Waits until the payer is told that it is paid. */
export async function seesReceipt(page: TestPage): Promise<void> {
  await page.getByRole('heading', { name: /^Receipt|^Deposit receipt/ }).waitFor();
}

/** Nothing for axe to find, and nothing to scroll sideways for. */
export async function worksForAll(page: TestPage): Promise<void> {
  expect(await axeProblems(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
}

/** The address that a letter leads to. */
export function addressIn(letter: Letter, path: string): string {
  const address = letter.text.match(/https?:\/\/\S+/g)?.find((one) => one.includes(path));
  if (!address) throw new Error(`no ${path} address in: ${letter.text}`);
  return address;
}
