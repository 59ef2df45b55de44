import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { readMovements } from '../../src/payouts/read-movements.ts';
import { newId } from '../../src/platform/ids.ts';
import { refundDeposit } from '../../src/refunds/refund-deposit.ts';
import { AT_ONCE, ownersAccess, payInvoice, payOut } from '../payouts/at-the-gateway.ts';
import { picture } from '../support/browser.ts';
import { aDeposit } from '../support/seeds.ts';
import { openScene, type Scene, worksForAll } from './support/scene.ts';

describe('an accountant on the day of a payout', () => {
  let at: Scene;
  /** Of the payout that adds up, in cents. */
  let amount: number;
  beforeAll(async () => {
    at = await openScene();
    await at.control('POST', '/faults', { webhooks: 'off' });
    await aDayOfTrade();
    ({ amount } = await payOut(at));
    await readMovements(at.house);
    await payInvoice(at, { amountMinor: 9_900, name: 'Late Customer' });
    await payOut(at, { differBy: 250 });
    await at.house.db.q.updateTable('movement_reading').set({ next_read_at: '' }).execute();
    await readMovements(at.house);
  });
  afterAll(() => at.stop());

  async function aDayOfTrade(): Promise<void> {
    await payInvoice(at, { amountMinor: 123_456, name: 'North Pier Boatyard' });
    await payInvoice(at, { amountMinor: 45_000, name: 'Kingfisher Sails' });
    const deposit = await aDeposit(at.house, { amountMinor: 20_000 });
    await startPayment(at.house, await at.press(await at.aLink(deposit.id), { card: AT_ONCE }));
    await refundDeposit(at.house, {
      ...{ depositId: deposit.id, amountMinor: 7_500, method: 'card', reference: '', reason: 'Order made smaller' },
      ...{ submissionId: newId('req'), actor: SYSTEM },
    });
    const owner = await ownersAccess(at);
    await owner.paymentIntents.create({
      ...{ amount: 2_500, currency: 'eur', confirm: true, payment_method: 'pm_card_bypassPending' },
      allowed_payment_method_types: ['card'],
    });
    await at.control('POST', '/balance', {
      amount: -200,
      currency: 'eur',
      type: 'stripe_fee',
      description: 'Card account updater',
    });
  }

  test('reads it to the cent: from the list to its groups, to one payment and back', async () => {
    const page = await at.signedIn('accountant');
    await page.getByRole('link', { name: 'Payouts', exact: true }).click();
    await worksForAll(page);
    await picture(page, 'payouts');
    await page.getByLabel('Match').selectOption('Matched');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.locator('tbody th a').click();

    await page.getByText('Explained to the cent: 6 movements').waitFor();
    await worksForAll(page);
    await picture(page, 'payout');
    const euros = (text: string) => Math.round(Number(text.replaceAll(/[€,\s]/g, '').replace('−', '-')) * 100);
    const cells = await page
      .locator('section')
      .filter({ hasText: 'What it pays out' })
      .locator('tbody td[data-label=Net]')
      .allInnerTexts();
    expect(cells.length).toBe(4);
    expect(cells.map(euros).reduce((sum, one) => sum + one)).toBe(amount);

    await page.getByRole('link', { name: 'North Pier Boatyard' }).click();
    await page.getByRole('heading', { name: 'At the gateway' }).waitFor();
    await worksForAll(page);
    await picture(page, 'payment-settled');
    expect(await page.innerText('main')).toContain('€1,198.46 EUR');
    await page.locator('td[data-label="Settled on"] a').click();
    await page.getByRole('heading', { name: /^Payout of/ }).waitFor();

    await page.getByRole('link', { name: 'Payouts', exact: true }).first().click();
    await page.getByLabel('Match').selectOption('Does not add up');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.locator('tbody th a').click();
    await page.getByText('Difference that nothing explains').waitFor();
    await worksForAll(page);
    await picture(page, 'payout-off');
    await page.getByRole('link', { name: 'Open its case' }).click();
    await page.getByText('€2.50 EUR more than that').first().waitFor();
    await page.goto(`${at.url}/payouts/open-movements`);
    await worksForAll(page);
    await picture(page, 'open-movements');
  }, 40_000);

  test('does the same on a telephone in the dark', async () => {
    const page = await at.signedIn('accountant', { width: 320, dark: true });
    for (const path of ['/payouts/open-movements', '/payouts', '/payments']) {
      await page.goto(`${at.url}${path}`);
      await worksForAll(page);
      await picture(page, `narrow${path.replaceAll('/', '-')}`);
    }
    await page.goto(`${at.url}/payouts`);
    await page.locator('tbody th a').last().click();
    await page.getByText('Explained to the cent').waitFor();
    await worksForAll(page);
    await picture(page, 'narrow-payout');
  });
});
