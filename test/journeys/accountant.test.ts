import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startPayment } from '../../src/payments/start-payment.ts';
import { picture } from '../support/browser.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant at the end of the day', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  test('reviews a receipt with a note and downloads the list', async () => {
    const { link } = await at.anInvoiceToPay(98_765);
    await startPayment(at.house, await at.press(link));
    const page = await at.signedIn('accountant');
    await page
      .getByRole('link', { name: /^Receipts/ })
      .first()
      .click();
    await worksForAll(page);
    await picture(page, 'receipts-to-review');
    const toReview = page.locator('.totals [data-total=unreviewed]');
    expect(await toReview.innerText()).toBe('1');
    await page.getByRole('link', { name: 'R-000001' }).click();
    await page.getByLabel('Note').fill('Agrees with the bank.');
    await page.getByRole('button', { name: 'Mark as reviewed' }).click();
    await page.locator('[aria-labelledby=review] p').getByText('Agrees with the bank.').waitFor();
    await worksForAll(page);
    await picture(page, 'receipt-reviewed');

    await page
      .getByRole('link', { name: /^Receipts/ })
      .first()
      .click();
    expect(await toReview.innerText()).toBe('0');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^receipts-\d{4}-\d\d-\d\d\.csv$/);
    const [head, ...rows] = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    expect(head).toContain('receipt_no');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('R-000001');
    expect(rows[0]).toContain('987.65');
    expect(rows[0]).toContain('The accountant');
  });
});
