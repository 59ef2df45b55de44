import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { readLetter } from '../../src/mail/mailbox.store.ts';
import { paths } from '../../src/paths.ts';
import { aQueuedLetter } from '../mail/letters.ts';
import { axeProblems, newPage, openBrowser, picture } from '../support/browser.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, PASSWORD } from '../support/sign-in.ts';

describe('a letter in the browser', () => {
  let at: TestHouse;
  let browser: Browser;
  beforeAll(async () => {
    [at, browser] = await Promise.all([startHouse(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await at.stop();
  });

  test.each([
    ['wide', { width: 1280 }],
    ['narrow and dark', { width: 320, dark: true }],
  ])('is shown inside its page, sound and readable, %s', async (name, options) => {
    const id = await aQueuedLetter(at.house);
    const { email } = await hirePerson(at, 'clerk');
    const page = await newPage(browser, options);
    await page.goto(`${at.url}${paths.signIn()}`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').first().fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${at.url}/`);
    await page.goto(`${at.url}${paths.letter(id)}`);
    await page.frameLocator('iframe').getByText('you can pay this invoice by card').waitFor();
    page.expectConsole(/status of 404/);
    const opened = page.waitForEvent('popup');
    await page.frameLocator('iframe').getByRole('link').first().click();
    await (await opened).waitForURL(`${at.url}/pay/abc`);
    await (await opened).close();
    await picture(page, `letter ${name}`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    // Where a frame runs no script the checks cannot run either: a page that hides its letter, and the letter by itself.
    await page.goto(`${at.url}${paths.letter(await aQueuedLetter(at.house, { kind: 'reset' }))}`);
    expect(await axeProblems(page)).toEqual([]);
    await page.goto(`${at.url}${paths.mailbox()}`);
    await picture(page, `mailbox ${name}`);
    expect(await axeProblems(page)).toEqual([]);
    await page.goto('about:blank');
    await page.setContent((await readLetter(at.house.db, id))!.html);
    expect(await axeProblems(page)).toEqual([]);
    expect([...page.origins]).toEqual([at.url]);
  });
});
