import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { aReceipt } from '../receipts/issued.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer } from '../support/seeds.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant at the receipts desk', () => {
  let at: Scene;
  let page: TestPage;
  beforeAll(async () => {
    at = await openScene();
    for (const name of [
      'North Pier Boatyard',
      'شركة الميناء للتجارة',
      'Harbour Ropes',
      'Quay Chandlers',
      'Dock Lamps',
    ]) {
      await aReceipt(at.house, { customer: await aCustomer(at.house, { name }), account: at.account });
    }
    page = await at.signedIn('accountant');
  });
  afterAll(() => at.stop());

  test('goes through the queue by keys alone: approve, skip, flag with a note, back', async () => {
    await page.goto(`${at.url}${paths.receipts()}`);
    await worksForAll(page);
    await page.getByRole('link', { name: 'Review one by one' }).click();
    const shown = page.getByRole('heading', { level: 1 });
    await shown.getByText('R-000001').waitFor();
    await worksForAll(page);
    await picture(page, 'review-queue');
    await page.keyboard.press('?');
    await page.getByText('Approve and go on to the next').waitFor();
    await worksForAll(page);

    await page.keyboard.press('a');
    await shown.getByText('R-000002').waitFor();
    expect(await page.innerText('.head')).toContain('4 are left');
    await picture(page, 'review-queue-right-to-left');
    await page.keyboard.press('j');
    await shown.getByText('R-000003').waitFor();
    await page.keyboard.press('k');
    await shown.getByText('R-000002').waitFor();

    await page.keyboard.press('f');
    // Letters that are typed into the note are letters, not orders.
    await page.keyboard.type('a jack of all');
    expect(await page.getByLabel('What is wrong?').inputValue()).toBe('a jack of all');
    await page.getByRole('button', { name: 'Flag the receipt' }).click();
    await shown.getByText('R-000003').waitFor();
    expect(await page.innerText('.head')).toContain('3 are left');
  });

  test('keeps a view of what is flagged and resolves it', async () => {
    await page.goto(`${at.url}${paths.receipts()}?state=flagged&currency=EUR`);
    await page.getByRole('link', { name: 'Save this view' }).click();
    await page.getByLabel('Name').fill('Odd euros');
    await page.getByRole('button', { name: 'Save the view' }).click();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Odd euros' }).click();
    expect(await page.locator('.tabs [aria-current]').innerText()).toBe('Odd euros');
    await worksForAll(page);
    await picture(page, 'receipts-flagged');
    await page.getByRole('link', { name: 'R-000002' }).click();
    await worksForAll(page);
    await page.getByRole('button', { name: 'Resolved: mark as reviewed' }).click();
    await page.getByText('Flag resolved and reviewed').waitFor();
    await page.goto(`${at.url}${paths.receiptViews()}`);
    await worksForAll(page);
  });

  test('approves what is ticked, and the rest in one press, without a script too', async () => {
    await page.goto(`${at.url}${paths.receipts()}?state=unreviewed`);
    await page.getByLabel('Select R-000003').check();
    await page.getByRole('button', { name: 'Approve the ticked' }).click();
    await page.getByRole('heading', { name: 'Bulk review' }).waitFor();
    expect(await page.innerText('.stats')).toMatch(/Approved\s+1/);
    await worksForAll(page);

    const plain = await at.signedIn('accountant', { javaScript: false });
    await plain.goto(`${at.url}${paths.receipts()}?state=unreviewed`);
    await plain.getByRole('link', { name: 'Approve all that is shown…' }).click();
    await plain.getByRole('button', { name: 'Approve these 2 receipts' }).click();
    await plain.getByRole('link', { name: 'Back to the receipts' }).click();
    await plain.getByText('No such receipts').waitFor();
  });

  test.each([
    ['320', { width: 320 }],
    ['dark', { dark: true }],
  ])('works at %s too', async (name, options) => {
    const small = await at.signedIn('accountant', options);
    await small.goto(`${at.url}${paths.receipts()}`);
    await worksForAll(small);
    await picture(small, `receipts-${name}`);
    await small.goto(`${at.url}${paths.receiptQueue()}?state=reviewed`);
    await worksForAll(small);
    await picture(small, `review-queue-${name}`);
  });

  test('sees totals grow where there is much to add up, and has them as a page without a script', async () => {
    const { db } = at.house;
    await db.q.updateTable('receipt').set({ number: 99_000 }).where('number', '=', 5).execute();
    await page.goto(`${at.url}${paths.receipts()}`);
    await page.locator('[data-totals] [data-total=net]').getByText('€625.00').waitFor();
    await page.waitForFunction('document.querySelector("[data-totals] progress").hidden');
    await worksForAll(page);
    await picture(page, 'receipts-totals');
    const plain = await at.signedIn('clerk', { javaScript: false });
    await plain.goto(`${at.url}${paths.receipts()}`);
    await plain.getByRole('link', { name: 'Add up what is shown' }).click();
    await plain.locator('[data-total=net]').getByText('€625.00').waitFor();
  });
});
