import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { SYSTEM } from '../../src/audit/record.ts';
import { cardsOf } from '../../src/cards/cards.store.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import { picture, type TestPage } from '../support/browser.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { CARDS } from '../support/till.ts';
import { addressIn, bankWindow, openScene, press, type Scene, typeCard, worksForAll } from './support/scene.ts';

describe('saved cards, as a clerk and a customer meet them', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  let seen = 0;
  const someone = () => aCustomer(at.house, { name: 'Windmill Boats', email: `windmill-${++seen}@boats.example.test` });
  const readyToSave = (page: TestPage) =>
    page.locator('form[data-save-card] button[type=submit]:not([disabled])').waitFor();
  /** Once the page stands still: right after scrolling, the browser may think that the card fields are still there. */
  const calmly = async (page: TestPage, button: Locator) => {
    await button.scrollIntoViewIfNeeded();
    await page.evaluate('new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn), 50))');
    await button.click();
  };
  const pressSave = (page: TestPage) => calmly(page, page.getByRole('button', { name: 'Save card' }));

  test('a clerk adds a card that the customer tells by phone, after reading the consent to them', async () => {
    const customer = await someone();
    const page = await at.signedIn('clerk');
    await page.goto(`${at.url}${paths.customer(customer.id)}`);
    await page.getByText('No saved cards.').waitFor();
    await page.getByRole('link', { name: 'Add a card' }).click();
    await readyToSave(page);
    await worksForAll(page);
    await picture(page, 'office-add-card');

    await typeCard(page);
    await pressSave(page);
    await page.getByText('Read the words to the customer first').waitFor();
    expect(await cardsOf(at.house.db, customer.id)).toEqual([]);
    await page.getByRole('checkbox', { name: /By phone, Windmill Boats agreed to this/ }).check();
    await pressSave(page);
    await page.getByText('The card is saved.').waitFor();
    await page.getByText('Visa •••• 4242').first().waitFor();
    await page.getByText('Default', { exact: true }).waitFor();
    await page.locator('summary', { hasText: 'Consent of' }).click();
    await page.getByText('by phone, recorded by The clerk').waitFor();
    await worksForAll(page);
    await picture(page, 'office-customer-cards');
  });

  test('a clerk mails a link, and the customer saves a card that their bank asks about; nothing is charged', async () => {
    const customer = await someone();
    const office = await at.signedIn('clerk');
    await office.goto(`${at.url}${paths.customer(customer.id)}`);
    await office.getByRole('link', { name: 'Send a link' }).click();
    expect(await office.getByLabel('14 days').isChecked()).toBe(true);
    await worksForAll(office);
    await office.getByRole('button', { name: 'Make the link' }).click();
    await office.getByRole('button', { name: 'Send', exact: true }).click();
    await office.getByText('The letter is on its way.').waitFor();

    const letter = await at.letterTo(customer.email, /asks you to save a card/);
    const page = await at.open(addressIn(letter, '/pay/'), { width: 390 });
    await readyToSave(page);
    await page.getByText('Harbour & Sons asks Windmill Boats to save a card').waitFor();
    await worksForAll(page);
    await picture(page, 'pay-save-card');
    await typeCard(page, CARDS.declined);
    await pressSave(page);
    await page.getByText('The bank declined the card, so it was not saved.').waitFor();
    await typeCard(page, CARDS.challenge);
    await pressSave(page);
    await bankWindow(page).getByRole('button', { name: 'Complete authentication' }).click();
    await page.getByRole('heading', { name: 'Your card is saved' }).waitFor();
    await worksForAll(page);
    await picture(page, 'pay-card-saved');
    expect(await cardsOf(at.house.db, customer.id)).toMatchObject([{ last4: '3184', isDefault: true }]);
    expect(await at.intents()).toEqual([]);
    await office.reload();
    await office.getByText('A card was saved with this link.').waitFor();
    await worksForAll(office);
    await picture(office, 'office-card-link');
  });

  test('a customer proves by a mailed code who they are, sees their cards and receipts, pays a part with a card and removes it', async () => {
    const customer = await someone();
    const paid = await at.aLink((await anInvoice(at.house, { customerId: customer.id })).id);
    const page = await at.openPayPage(paid, { width: 390 });
    await page.getByLabel('Save this card for later payments').check();
    await typeCard(page);
    await press(page);
    await page.getByRole('heading', { name: /^Receipt/ }).waitFor();

    const invoice = await anInvoice(at.house, { customerId: customer.id });
    const next = await issueLink(at.house, {
      payableIds: [invoice.id],
      expiry: '30d',
      accountId: at.account.id,
      terms: { terms: 'choose', leastMinor: 1_000 },
      actor: SYSTEM,
    });
    const again = await at.openPayPage(next, { width: 390 });
    expect(await again.textContent('main')).not.toContain('4242');
    await calmly(again, again.getByRole('button', { name: 'Mail me a code' }));
    await again.getByRole('heading', { name: 'Enter the code from our e-mail' }).waitFor();
    await worksForAll(again);
    await picture(again, 'pay-access-code');
    again.expectConsole(/status of 422/);
    await again.getByLabel('Code').fill('000 000');
    await again.getByRole('button', { name: 'Show my cards and receipts' }).click();
    await again.getByText('This code is not right').first().waitFor();

    const letter = await at.letterTo(customer.email, /your code/);
    await again.getByLabel('Code').fill(/\b\d{6}\b/.exec(letter.text)?.[0] ?? '');
    await again.getByRole('button', { name: 'Show my cards and receipts' }).click();
    await again.getByRole('heading', { name: 'Visa •••• 4242' }).waitFor();
    await again.getByRole('link', { name: /^Receipt R-/ }).waitFor();
    await worksForAll(again);
    await picture(again, 'pay-own-cards');

    await again.getByLabel('Sum to pay').fill('40');
    await calmly(again, again.getByRole('button', { name: /^Pay this sum with Visa/ }));
    await again.getByRole('heading', { name: /^Receipt/ }).waitFor();
    expect(await at.chargesFor(invoice.id)).toEqual([4_000]);

    await again.goto(`${linkUrl(at.house, next)}/cards`);
    await again.locator('summary', { hasText: 'Remove' }).click();
    await again.getByRole('button', { name: 'Yes, remove it' }).click();
    await again.getByText('was removed. It will not be charged any more.').waitFor();
    await again.getByText('No card is saved.').waitFor();
    expect(await cardsOf(at.house.db, customer.id)).toEqual([]);
  });
});
