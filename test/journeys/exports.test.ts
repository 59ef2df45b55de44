import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { readCsv } from '../exports/read-back.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant at the end of the month', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
    for (const amountMinor of [98_765, 4_321]) {
      const { link } = await at.anInvoiceToPay(amountMinor);
      await startPayment(at.house, await at.press(link));
    }
    at.clock.advance(DAY_MS);
  });
  afterAll(() => at.stop());

  const download = async (page: TestPage, name: string | RegExp) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };

  test('makes a bank file for Xero by keyboard, and is told what is missing', async () => {
    const page = await at.signedIn('accountant');
    await page.getByRole('link', { name: 'Exports' }).click();
    await worksForAll(page);
    await picture(page, 'exports');
    await page.getByLabel('Xero bank statement').focus();
    await page.keyboard.press('Space');
    page.expectConsole(/status of 422/);
    await page.getByLabel('From').fill('');
    await page.getByLabel('To').fill('');
    await page.getByRole('button', { name: 'Make the file' }).press('Enter');
    await page.getByRole('alert').getByText('Choose a currency').waitFor();
    await worksForAll(page);
    await picture(page, 'exports-refused');
    expect(await page.getByLabel('Xero bank statement').isChecked()).toBe(true);
    await page.getByLabel('Currency').selectOption('EUR');
    await page.getByRole('button', { name: 'Make the file' }).press('Enter');
    await page.getByText('SHA-256').waitFor();
    await worksForAll(page);
    await picture(page, 'export-file');
    const { name, bytes } = await download(page, 'Download');
    expect(name).toMatch(/^xero-EUR-up-to-\d{4}-\d\d-\d\d\.csv$/);
    expect(readCsv(bytes).rows.map((row) => row['*Amount'])).toEqual(['987.65', '43.21']);
  });

  test('closes the period without JavaScript, and gets the same bytes at each download', async () => {
    const page = await at.signedIn('accountant', { javaScript: false, width: 320, dark: true });
    await page.goto(`${at.url}${paths.exports()}`);
    await picture(page, 'exports-narrow');
    const lastDay = new Date(at.clock.now().getTime() - DAY_MS).toISOString().slice(0, 10);
    await page.getByLabel('Last day of the period').fill(lastDay);
    await page.getByRole('button', { name: 'Close the period' }).click();
    // The page loads itself again until all is done.
    await page.getByText('Closed', { exact: true }).waitFor();
    await worksForAll(page);
    await picture(page, 'export-batch');
    const first = await download(page, 'EXP-000001-movements.csv');
    const again = await download(page, 'EXP-000001-movements.csv');
    expect(again.bytes.equals(first.bytes)).toBe(true);
    const sha256 = createHash('sha256').update(first.bytes).digest('hex');
    expect(await page.innerText('main')).toContain(sha256);
    expect(readCsv(first.bytes).rows).toHaveLength(2);
    await page.getByRole('link', { name: 'Exports' }).first().click();
    await page.getByText('with EXP-000001').waitFor();
  });
});
