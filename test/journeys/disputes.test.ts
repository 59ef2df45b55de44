import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sweepDisputes } from '../../src/disputes/sweep-disputes.ts';
import { paths } from '../../src/paths.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { pdfText } from '../support/pdf.ts';
import { openScene, payWith, type Scene, seesReceipt, worksForAll } from './support/scene.ts';

/** Stripe's documented card that is disputed as fraud, and the one that is disputed as not received. */
const DISPUTED_CARD = '4000000000000259';
const NOT_RECEIVED_CARD = '4000000000002685';

describe('a payment that the bank disputes', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  const eventually = async (check: () => Promise<boolean>) => {
    for (let i = 0; i < 100 && !(await check()); i++) await new Promise((resume) => setTimeout(resume, 50));
    expect(await check()).toBe(true);
  };
  const disputes = () => at.house.db.read.selectFrom('dispute').selectAll().orderBy('id').execute();

  async function pays(card: string): Promise<{ id: string }> {
    const before = (await disputes()).length;
    const { link, invoice } = await at.anInvoiceToPay();
    const payer = await at.openPayPage(link);
    await payWith(payer, card);
    await seesReceipt(payer);
    await payer.close();
    // The bank opens it a moment later, and the gateway tells.
    await eventually(async () => (await disputes()).length > before);
    return invoice;
  }

  async function looksWell(page: TestPage, name: string): Promise<void> {
    await worksForAll(page);
    await picture(page, name);
  }

  test('the accountant sees the clock, takes the evidence, answers and wins; another is lost and owed again', async () => {
    await pays(DISPUTED_CARD);
    const accountant = await at.signedIn('accountant');
    await accountant.getByRole('link', { name: 'Disputes', exact: true }).click();
    await accountant
      .getByText(/\d days? \d+ hours? left/)
      .first()
      .waitFor();
    await accountant.getByRole('link', { name: 'North Pier Boatyard' }).click();
    await accountant.getByRole('heading', { name: /^Dispute of €125\.00/ }).waitFor();
    await accountant.getByText('Show that it was them').waitFor();
    await looksWell(accountant, 'dispute-open-1280');

    const saved = accountant.waitForEvent('download');
    await accountant.getByRole('link', { name: 'Evidence as PDF' }).click();
    const paper = pdfText(await readFile(await (await saved).path()));
    expect(paper).toContain('North Pier Boatyard');
    expect(paper).toContain('•••• 0259'.replace(' ', '\u00a0'));

    await accountant.getByRole('link', { name: 'Answer the bank' }).click();
    await accountant.getByLabel('Why the payment is right').fill('winning_evidence\nOur driver handed the parts over.');
    await looksWell(accountant, 'dispute-answer-1280');
    await accountant.getByRole('button', { name: 'Look it over' }).click();
    await accountant.getByText('This is all that the bank gets').waitFor();
    await looksWell(accountant, 'dispute-preview-1280');
    await accountant.getByRole('button', { name: 'Send it to the bank' }).click();
    await accountant.getByText('The answer is with the bank.').waitFor();
    await eventually(async () => (await disputes())[0]?.state === 'won');
    await accountant.reload();
    await accountant.getByText(/^The bank gave €125\.00 back/).waitFor();
    await looksWell(accountant, 'dispute-won-1280');

    const invoice = await pays(NOT_RECEIVED_CARD);
    const [, second] = await disputes();
    at.clock.advance(5 * 86_400_000);
    await sweepDisputes(at.house);
    const small = await at.signedIn('accountant', { width: 320, dark: true });
    await small.goto(`${at.url}${paths.cases()}`);
    await small.getByText('less than three days are left').waitFor();
    await small.goto(`${at.url}${paths.disputes()}`);
    await looksWell(small, 'disputes-320-dark');
    await at.control('POST', `/disputes/${second?.gateway_ref}/decision`, { outcome: 'lost' });
    await eventually(async () => (await disputes())[1]?.state === 'lost');
    await small.goto(`${at.url}${paths.dispute(second?.id ?? '')}`);
    await looksWell(small, 'dispute-lost-320-dark');
    await small.getByLabel('The customer owes it again').check();
    await small.getByLabel('Reason', { exact: true }).fill('They agreed to pay by transfer');
    await small.getByRole('button', { name: 'Decide' }).click();
    await small.getByText('The sum is due again.').waitFor();
    await looksWell(small, 'dispute-decided-320-dark');

    await small.setViewportSize({ width: 1280, height: 900 });
    await small.goto(`${at.url}${paths.invoice(invoice.id)}`);
    expect(await small.innerText('main')).toMatch(/Due\s+€125\.00/i);
    await small.goto(`${at.url}${paths.transactions(invoice.id)}`);
    await small.getByText('taken by the bank').first().waitFor();
    await picture(small, 'dispute-transactions');
    await small.goto(`${at.url}${paths.disputes()}?show=all`);
    await looksWell(small, 'disputes-1280');

    const broken = [...(await checkBooks(at.house.db)), ...(await checkGateway(at.house))].flatMap((one) =>
      one.broken.map((row) => [one.promise, row]),
    );
    expect(broken).toEqual([]);
    // Several people at many pages: more than most journeys.
  }, 90_000);
});
