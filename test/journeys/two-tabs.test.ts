import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { picture } from '../support/browser.ts';
import { CARDS } from '../support/till.ts';
import { bankWindow, openScene, payWith, press, type Scene, seesReceipt, typeCard } from './support/scene.ts';

describe('the same link in two windows', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

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
