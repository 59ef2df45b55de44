import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { SYSTEM } from '../../src/audit/record.ts';
import { sealAndAnchor } from '../../src/audit/seal-and-anchor.ts';
import { recordOpening } from '../../src/links/record-opening.ts';
import { sendLink } from '../../src/links/send-link.ts';
import { rollUpDays } from '../../src/office/roll-up-days.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { DAY_MS, HOUR_MS, nowIso } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { addDays } from '../../src/platform/show-time.ts';
import { picture } from '../support/browser.ts';
import { anInvoice } from '../support/seeds.ts';
import { CARDS } from '../support/till.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant who wants to know', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
    for (const amountMinor of [125_000, 0, 48_900, 310_000, 0, 96_500]) await aDay(amountMinor);
    await rollUpDays(at.house);
    await sealAndAnchor(at.house);
  });
  afterAll(() => at.stop());

  /** A day with a letter, a declined card, perhaps a payment some hours later, and an invoice left over. */
  async function aDay(amountMinor: number): Promise<void> {
    const { house, clock } = at;
    const today = nowIso(clock).slice(0, 10);
    const invoice = await anInvoice(house, { amountMinor: amountMinor || 20_000 });
    const link = await at.aLink(invoice.id);
    const to = { linkId: link.id, to: ['books@example.test'], cc: [], note: '', sendId: newId('req') };
    await sendLink(house, { ...to, actor: SYSTEM });
    clock.advance(3 * HOUR_MS);
    await recordOpening(house, link.id);
    const card = amountMinor > 100_000 ? CARDS.noFunds : CARDS.declined;
    await startPayment(house, await at.press(link, { card }));
    if (amountMinor > 0) await startPayment(house, await at.press(link));
    await anInvoice(house, { amountMinor: 33_000, dueOn: addDays(today, -40), issuedOn: addDays(today, -70) });
    clock.advance(DAY_MS - 3 * HOUR_MS);
  }

  test('sees how the money comes in, and finds the receipts behind a day', async () => {
    const page = await at.signedIn('accountant');
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await worksForAll(page);
    await picture(page, 'dashboard');
    const [collected] = await page.locator('.stats dd').allInnerTexts();
    expect(collected).toBe('€5,804.00');
    const rows = page.locator('.plot-table tbody tr');
    expect(await rows.count()).toBe(4);
    const sum = await rows.first().locator('td').first().innerText();
    await rows.first().getByRole('link').click();
    await page.locator('.totals [data-total=gross]', { hasText: sum }).waitFor();

    await page.goBack();
    await page.getByRole('link', { name: 'This year' }).click();
    expect(await page.getByRole('heading', { name: 'Collected per week' }).count()).toBe(1);
    await page.getByRole('link', { name: '31–60 days late' }).click();
    expect(await page.getByRole('row', { name: /€330\.00/ }).count()).toBe(6);
  });

  test.each([
    ['dashboard', paths.dashboard(), { width: 320 }],
    ['dashboard', `${paths.dashboard()}?range=90`, { dark: true }],
    ['audit', `${paths.audit()}?what=receipt`, { width: 320, dark: true }],
  ])('%s works at %s with %j', async (name, path, options) => {
    const page = await at.signedIn('accountant', options);
    await page.goto(at.url + path);
    await worksForAll(page);
    await picture(page, `${name}-${Object.entries(options).flat().join('-')}`);
  });

  test('follows payments through the log, and has it checked', async () => {
    const page = await at.signedIn('accountant');
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('button', { name: 'Check the log now' }).click();
    await page.getByText('Nothing was edited, deleted, swapped or cut off').waitFor();
    await page.getByLabel('What').selectOption({ label: 'Payments' });
    await page.getByRole('button', { name: 'Show' }).click();
    const paid = page.getByRole('row', { name: /The gateway took payment of €/ }).first();
    await paid.getByText('Details').click();
    expect(await paid.locator('details[open]').innerText()).toContain('payment.paid');
    await worksForAll(page);
    await picture(page, 'audit');
  });

  test('is told when somebody was at the database', async () => {
    const page = await at.signedIn('accountant');
    await sql.raw('drop trigger audit_no_delete').execute(at.house.db.q);
    const first = `select min(seq) from audit where action = 'payment.declined'`;
    await sql.raw(`delete from audit where seq = (${first})`).execute(at.house.db.q);
    await page.goto(`${at.url}${paths.audit()}?what=receipt`);
    await page.getByRole('button', { name: 'Check the log now' }).click();
    const told = await page.getByRole('alert').innerText();
    expect(told).toMatch(/tampered with: one finding/i);
    expect(told).toMatch(/Deleted\. Line \d+ \(position \d+\) was deleted/);
    await picture(page, 'audit-tampered');
  });
});
