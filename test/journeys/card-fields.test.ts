import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Play, playSandbox } from '../sandbox/play-sandbox.ts';
import { axeProblems, newPage, openBrowser, picture, type TestPage } from '../support/browser.ts';

type Json = Record<string, unknown>;
let play: Play;
let browser: Browser | undefined;
let portal: Server;
let portalUrl: string;

/** A page of another origin, as strict as the portal's: no inline script, no inline style. */
beforeAll(async () => {
  portal = createServer((request, response) => {
    if (request.url !== '/' && !request.url?.startsWith('/?')) return void response.writeHead(204).end();
    const gateway = play.publicUrl;
    const csp = `default-src 'none'; script-src 'self' ${gateway}; style-src 'self'; frame-src ${gateway}; connect-src 'self' ${gateway}; img-src 'self' ${gateway}; base-uri 'none'`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp });
    response.end(`<!doctype html><html lang="en"><head><title>Pay</title><meta name="viewport" content="width=device-width">
<script src="${gateway}/endive/stripe.js"></script></head><body><main><h1>Pay</h1><div id="card"></div></main></body></html>`);
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalUrl = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  play = await playSandbox({ portalOrigins: [portalUrl] });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await play?.close();
  portal.close();
});

/** Runs in the page: window.Stripe exists there, not here. */
const inPage = (page: TestPage, code: string) => page.evaluate<Json>(`(async () => { ${code} })()`);

async function mounted(options: { width?: number; dark?: boolean; elements?: object } = {}) {
  const page = await newPage(browser!, options);
  await page.goto(portalUrl);
  const elements = {
    mode: 'payment',
    amount: 1250,
    currency: 'usd',
    allowedPaymentMethodTypes: ['card'],
    ...options.elements,
  };
  await inPage(
    page,
    `window.stripe = Stripe('pk_test_acme'); window.elements = stripe.elements(${JSON.stringify(elements)});
     window.card = elements.create('payment'); window.events = [];
     for (const name of ['change', 'focus', 'blur']) card.on(name, (event) => events.push({ name, ...event }));
     await new Promise((resolve) => { card.on('ready', resolve); card.mount('#card'); });`,
  );
  const frame = page.frameLocator('iframe[name="sandbox-card-fields"]');
  const fill = async (number: string) => {
    await frame.getByLabel('Card number').pressSequentially(number);
    await frame.getByLabel('Expiry date').pressSequentially('1240');
    await frame.getByLabel('Security code').pressSequentially('123');
  };
  return { page, frame, fill };
}

test('a card is typed into the frame and comes back as a token', async () => {
  const { page, frame, fill } = await mounted();
  await fill('4242424242424242');
  expect(await frame.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  expect(await frame.getByLabel('Expiry date').inputValue()).toBe('12 / 40');
  const result = await inPage(
    page,
    `const { error } = await elements.submit(); if (error) return { error };
     elements.update({ setupFutureUsage: 'off_session' });
     return stripe.createConfirmationToken({ elements, params: { return_url: location.href, payment_method_data: { billing_details: { name: 'Ann' }, allow_redisplay: 'limited' } } });`,
  );
  expect(result.confirmationToken).toMatchObject({
    object: 'confirmation_token',
    setup_future_usage: 'off_session',
    use_stripe_sdk: true,
    payment_method_preview: { card: { last4: '4242' }, billing_details: { name: 'Ann' }, allow_redisplay: 'limited' },
  });
  const events = await inPage(page, 'return { events }');
  expect(events.events).toContainEqual(expect.objectContaining({ name: 'change', complete: true, brand: 'visa' }));
  expect(JSON.stringify(await page.evaluate('[document.body.innerHTML, events]'))).not.toContain('4242424242424242');
  const method = await inPage(page, `return stripe.createPaymentMethod({ elements })`);
  expect(method.paymentMethod).toMatchObject({ object: 'payment_method', card: { last4: '4242' } });
  expect([...page.origins].sort()).toEqual([portalUrl, play.publicUrl].sort());
});

test('what is wrong is said in words beside the field, which takes the focus', async () => {
  const { page, frame } = await mounted();
  await frame.getByLabel('Card number').pressSequentially('4242424242424241');
  await frame.getByLabel('Card number').press('Tab');
  await frame.getByText('This card number is not valid.').waitFor();
  const { error } = await inPage(page, 'return elements.submit()');
  expect(error).toEqual({
    type: 'validation_error',
    code: 'invalid_number',
    message: 'This card number is not valid.',
  });
  await frame.getByText('Enter the security code.').waitFor();
  expect(await frame.locator('#number').getAttribute('aria-invalid')).toBe('true');
  expect(await frame.locator('#number').evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await axeProblems(page)).toEqual([]);
  await frame.getByLabel('Card number').press('Backspace');
  await frame.getByLabel('Card number').pressSequentially('2');
  await frame.getByText('This card number is not valid.').waitFor({ state: 'hidden' });
});

test.each([
  { width: 320, dark: false },
  { width: 320, dark: true },
  { width: 1280, dark: true, elements: { appearance: { theme: 'night', variables: { colorPrimary: '#93b3ff' } } } },
])('the fields are readable and fit: %j', async (options) => {
  const { page, frame } = await mounted(options);
  await frame.getByText('Sandbox: no real money').waitFor();
  expect(await axeProblems(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  const inner = frame.locator('body');
  await expectSoon(async () => {
    const height = await inner.evaluate((body) => body.getBoundingClientRect().height);
    expect(await page.evaluate(`Math.abs(document.querySelector('iframe').clientHeight - ${height}) <= 1`)).toBe(true);
  });
  await picture(page, `card-fields-${options.width}-${options.dark ? 'dark' : 'light'}`);
});

test('the fields speak the language of the page', async () => {
  const { frame } = await mounted({ elements: { locale: 'fr-CA' } });
  await frame.getByLabel('Numéro de carte').waitFor();
});

test('the keyboard goes through the fields', async () => {
  const { page, frame } = await mounted();
  await inPage(page, 'card.focus()');
  await expectSoon(async () => {
    expect(await frame.locator('#number').evaluate((field) => field === document.activeElement)).toBe(true);
  });
  await page.keyboard.type('4242424242424242');
  await page.keyboard.press('Tab');
  await page.keyboard.type('540');
  await page.keyboard.press('Tab');
  await page.keyboard.type('123');
  expect(await frame.getByLabel('Expiry date').inputValue()).toBe('05 / 40');
  expect(await inPage(page, 'return elements.submit()')).toEqual({ selectedPaymentMethod: 'card' });
});

async function challenged(number: string) {
  const { page, fill } = await mounted();
  await fill(number);
  const made = await inPage(page, 'return stripe.createConfirmationToken({ elements })');
  const token = (made.confirmationToken as { id: string }).id;
  const { id } = await play.newIntent();
  const intent = await play.stripe.paymentIntents.confirm(id, {
    confirmation_token: token,
    use_stripe_sdk: true,
    return_url: portalUrl,
  });
  await inPage(page, `window.outcome = stripe.handleNextAction({ clientSecret: '${intent.client_secret}' });`);
  return { page, id, bank: page.frameLocator('iframe[name="sandbox-challenge"]') };
}

test('the payer completes the challenge in a window over the page', async () => {
  const { page, id, bank } = await challenged('4000002760003184');
  await bank.getByRole('button', { name: 'Complete authentication' }).waitFor();
  expect(await axeProblems(page)).toEqual([]);
  await picture(page, 'challenge');
  await bank.getByRole('button', { name: 'Complete authentication' }).click();
  expect(await inPage(page, 'return outcome')).toMatchObject({ paymentIntent: { id, status: 'succeeded' } });
  expect(await page.locator('dialog').count()).toBe(0);
});

test('a failed challenge is an error and not an exception', async () => {
  const { page, bank } = await challenged('4000000000003220');
  await bank.getByRole('button', { name: 'Fail authentication' }).click();
  expect(await inPage(page, 'return outcome')).toMatchObject({
    error: { code: 'payment_intent_authentication_failure', payment_intent: { status: 'requires_payment_method' } },
  });
});

test('a cancelled challenge leaves the intent free for another try', async () => {
  const { page, id } = await challenged('4000002760003184');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await inPage(page, 'return outcome')).toMatchObject({
    error: { code: 'payment_intent_authentication_failure' },
  });
  expect((await play.stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
});

test('the browser itself can confirm, read and set up', async () => {
  const { page, fill } = await mounted();
  await fill('4242424242424242');
  const { client_secret } = await play.newIntent();
  const confirm = (name: string, secret: string) =>
    inPage(
      page,
      `return stripe.${name}({ elements, clientSecret: '${secret}', confirmParams: { return_url: location.href }, redirect: 'if_required' })`,
    );
  expect(await confirm('confirmPayment', client_secret!)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  expect(await inPage(page, `return stripe.retrievePaymentIntent('${client_secret}')`)).toMatchObject({
    paymentIntent: { status: 'succeeded' },
  });
  const setup = await play.stripe.setupIntents.create({});
  expect(await confirm('confirmSetup', setup.client_secret!)).toMatchObject({ setupIntent: { status: 'succeeded' } });
  page.expectConsole(/402/);
  const declined = await play.newIntent();
  await page.frameLocator('iframe').getByLabel('Card number').fill('4000000000000002');
  expect(await confirm('confirmPayment', declined.client_secret!)).toMatchObject({ error: { code: 'card_declined' } });
});

test('the script is the release that its wrapper expects, and refuses what is gone', async () => {
  const page = await newPage(browser!);
  await page.goto(portalUrl);
  expect(await inPage(page, 'return { version: Stripe.version }')).toEqual({ version: 'endive' });
  await expect(inPage(page, `Stripe('pk_test_acme').elements({ paymentMethodTypes: ['card'] })`)).rejects.toThrow(
    'allowedPaymentMethodTypes',
  );
  await expect(inPage(page, `Stripe('pk_live_1')`)).rejects.toThrow('live');
});

test('the challenge works without a script and leads back', async () => {
  const page = await newPage(browser!, { javaScript: false, width: 320 });
  const intent = await play.newIntent({
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
    return_url: `${portalUrl}/?back`,
  });
  await page.goto(intent.next_action!.redirect_to_url!.url!);
  expect(await axeProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Complete authentication' }).click();
  expect(page.url()).toContain(`${portalUrl}/?back=&payment_intent=${intent.id}`);
});

test('a page of another origin cannot have the fields', async () => {
  const answer = await fetch(`${play.publicUrl}/elements/card?origin=http://evil.test`);
  expect(answer.status).toBe(403);
  expect(answer.headers.get('content-security-policy')).toContain(`frame-ancestors ${portalUrl}`);
});

async function expectSoon(check: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await check();
    } catch (error) {
      if (tries > 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
