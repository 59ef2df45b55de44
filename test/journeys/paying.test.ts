import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeInvoice } from '../../src/invoices/change-invoice.ts';
import { readInvoice } from '../../src/invoices/invoices.store.ts';
import { picture } from '../support/browser.ts';
import { CARDS } from '../support/till.ts';
import {
  cardFields,
  openScene,
  payButton,
  payWith,
  press,
  type Scene,
  seesReceipt,
  worksForAll,
} from './support/scene.ts';

describe('a customer at the page with the card fields', () => {
  let at: Scene;
  beforeAll(async () => {
    at = await openScene();
  });
  afterAll(() => at.stop());

  const cardsOf = async (payableId: string) => {
    const { customer_id } = await at.house.db.read
      .selectFrom('payable')
      .select('customer_id')
      .where('id', '=', payableId)
      .executeTakeFirstOrThrow();
    const [cards, consents] = await Promise.all([
      at.house.db.read.selectFrom('saved_card').selectAll().where('customer_id', '=', customer_id).execute(),
      at.house.db.read.selectFrom('consent').selectAll().where('customer_id', '=', customer_id).execute(),
    ]);
    return { cards, consents };
  };

  test('a declined card is explained, and another one on the same page pays', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link);
    await page.getByLabel('Email for the receipt').fill('ann@home.example.test');
    await payWith(page, CARDS.declined);
    await page.getByText('Your bank declined the card. You were not charged.').waitFor();
    await worksForAll(page);
    await picture(page, 'pay-declined');
    expect(await page.inputValue('[name=payerEmail]')).toBe('ann@home.example.test');
    expect(await at.chargesFor(invoice.id)).toEqual([]);

    await payWith(page, CARDS.good);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
    await at.letterTo('ann@home.example.test', /receipt/i);
  });

  test('a card is kept with the consent that stood on the page when the box was ticked', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link);
    const box = page.getByLabel('Save this card for later payments');
    const wording = await page.innerText('#saveCard-hint');
    expect(wording).toContain('Harbour & Sons');
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await payWith(page);
    await seesReceipt(page);
    const { cards, consents } = await cardsOf(invoice.id);
    expect(cards).toMatchObject([{ brand: 'visa', last4: '4242' }]);
    expect(consents).toMatchObject([{ wording, language: 'en', saved_card_id: cards[0]?.id, withdrawn_at: null }]);
  });

  test('no card is kept when the box was left alone', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link);
    await payWith(page);
    await seesReceipt(page);
    expect(await cardsOf(invoice.id)).toEqual({ cards: [], consents: [] });
  });

  test('an amount that changed meanwhile is shown first, and paid when the button is pressed again', async () => {
    const { invoice, link } = await at.anInvoiceToPay(12_500);
    const page = await at.openPayPage(link);
    const { draft, payable } = await readInvoice(at.house.db, invoice.id);
    const seen = { id: invoice.id, version: payable.version };
    await changeInvoice(at.house, seen, { ...draft, totalMinor: 13_700 }, SYSTEM);

    page.expectConsole(/status of 409/);
    await payWith(page);
    await page.getByText('The amount due has changed to €137.00. You were not charged.').waitFor();
    await worksForAll(page);
    await picture(page, 'pay-changed-amount');
    expect(await page.innerText('.due')).toBe('€137.00');
    expect(await payButton(page).innerText()).toBe('Pay €137.00');
    expect(await cardFields(page).getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
    expect(await at.chargesFor(invoice.id)).toEqual([]);

    await press(page);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([13_700]);
  });

  test('an e-mail address that cannot be is said next to its field, and nothing typed is lost', async () => {
    const { invoice, link } = await at.anInvoiceToPay();
    const page = await at.openPayPage(link);
    const email = page.getByLabel('Email for the receipt');
    await email.fill('ann at home');
    await page.getByLabel('Save this card for later payments').check();
    await payWith(page);
    await page.getByText('Please enter one e-mail address').waitFor();
    await worksForAll(page);
    await picture(page, 'pay-bad-email');
    expect(await email.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    expect(await email.inputValue()).toBe('ann at home');
    expect(await page.getByLabel('Save this card for later payments').isChecked()).toBe(true);
    expect(await cardFields(page).getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');

    // What the browser lets pass and the portal does not.
    await email.fill('ann@home');
    page.expectConsole(/status of 422/);
    await press(page);
    await page.getByText('Please enter one e-mail address').waitFor();
    await email.fill('ann@home.example.test');
    await press(page);
    await seesReceipt(page);
    expect(await at.chargesFor(invoice.id)).toEqual([12_500]);
  });
});
