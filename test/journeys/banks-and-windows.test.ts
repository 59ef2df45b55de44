import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkUrl } from '../../src/links/link-url.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/platform/clock.ts';
import { picture } from '../support/browser.ts';
import { CARDS } from '../support/till.ts';
import {
  bankWindow,
  fieldsAreReady,
  openScene,
  payWith,
  press,
  type Scene,
  seesReceipt,
  typeCard,
  worksForAll,
} from './support/scene.ts';

let at: Scene;
beforeAll(async () => {
  at = await openScene();
});
afterAll(() => at.stop());

describe('the same link in two windows', () => {
  const twoWindows = async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const [one, two] = await Promise.all([at.openPayPage(link), at.openPayPage(link)]);
    return { invoice, one, two };
  };

  test('what one has paid, the other shows as paid instead of charging again', async () => {
    const { invoice, one, two } = await twoWindows();
    await payWith(one);
    await seesReceipt(one);
    two.expectConsole(/status of 409/);
    await payWith(two);
    await seesReceipt(two);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('while one is at the bank the other waits, and turns into the receipt by itself', async () => {
    const { invoice, one, two } = await twoWindows();
    await payWith(one, CARDS.challenge);
    await bankWindow(one).getByRole('button', { name: 'Complete authentication' }).waitFor();
    two.expectConsole(/status of 409/);
    await payWith(two);
    await two.getByRole('heading', { name: 'Payment under way' }).waitFor();
    await picture(two, 'waiting-1280');
    await bankWindow(one).getByRole('button', { name: 'Complete authentication' }).click();
    await Promise.all([seesReceipt(one), seesReceipt(two)]);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('both pressing at once make one charge', async () => {
    const { invoice, one, two } = await twoWindows();
    await Promise.all([typeCard(one), typeCard(two)]);
    await Promise.all([press(one), press(two)]);
    await Promise.all([seesReceipt(one), seesReceipt(two)]);
    // Whoever comes second is sent away, and nobody knows who that is.
    const problems = [...(await one.takeProblems()), ...(await two.takeProblems())];
    expect(problems.filter((text) => !/status of 409/.test(text))).toEqual([]);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });
});

describe('a bank that wants its customer to confirm', () => {
  const atTheBank = async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link, { width: 320 });
    await payWith(page, CARDS.challenge);
    await bankWindow(page).getByRole('button', { name: 'Complete authentication' }).waitFor();
    return { invoice, link, page };
  };

  test('is satisfied, and the payer sees the receipt', async () => {
    const { invoice, page } = await atTheBank();
    await picture(page, 'challenge-320');
    expect(await at.chargesFor(invoice.id)).toEqual([]);
    await bankWindow(page).getByRole('button', { name: 'Complete authentication' }).click();
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('is not satisfied: the payer is told so and pays with another card', async () => {
    const { invoice, page } = await atTheBank();
    await bankWindow(page).getByRole('button', { name: 'Fail authentication' }).click();
    await page.getByText('Your bank could not confirm that it is you. You were not charged.').waitFor();
    await picture(page, 'challenge-failed-320');
    expect(await at.chargesFor(invoice.id)).toEqual([]);
    await payWith(page, CARDS.good);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('goes on in another window with the same link', async () => {
    const { invoice, link, page } = await atTheBank();
    const other = await at.open(linkUrl(at.house, link));
    await page.close();
    await other.getByRole('button', { name: 'Continue with your bank' }).click();
    await bankWindow(other).getByRole('button', { name: 'Complete authentication' }).click();
    await seesReceipt(other);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });

  test('hears nothing more: another window is told, and after five minutes the payer starts again there', async () => {
    const { invoice, link, page } = await atTheBank();
    await page.close();
    const other = await at.open(linkUrl(at.house, link), { dark: true });
    await other.getByText('Your bank wants you to confirm this payment, perhaps in another window.').waitFor();
    await worksForAll(other);
    await picture(other, 'waiting-dark');
    expect(await other.getByRole('button', { name: 'Start again here' }).count()).toBe(0);

    at.clock.advance(5 * MINUTE_MS + SECOND_MS);
    await other.getByRole('link', { name: 'Look again' }).click();
    await worksForAll(other);
    await picture(other, 'waiting-start-again-dark');
    await other.getByRole('button', { name: 'Start again here' }).click();
    await fieldsAreReady(other);
    await payWith(other, CARDS.good);
    await seesReceipt(other);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
    const open = (await at.intents()).filter((one) => one.status === 'requires_action');
    expect(open).toEqual([]);
  });
});
