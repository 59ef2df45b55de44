import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { newPage, openBrowser, type PageOptions, picture, type TestPage } from '../support/browser.ts';
import { freePort } from '../support/house.ts';
import { aPng } from '../support/pictures.ts';
import { fieldsAreReady, payWith, seesReceipt, worksForAll } from './support/scene.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const VERIFY = fileURLToPath(new URL('../../dist/commands/verify.js', import.meta.url));

interface Portal {
  child: ChildProcess;
  url: string;
  password: string;
}

/** The portal as it comes: its demo company, and its own sandbox as a process beside it. */
async function startPortal(folder: string, env: NodeJS.ProcessEnv): Promise<Portal> {
  const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  for (let i = 0; i < 400 && !/security code/.test(said); i++) await new Promise((resume) => setTimeout(resume, 50));
  return { child, url: `http://localhost:${env.PORT}`, password: /Password\s+(\S+)/.exec(said)?.[1] ?? '' };
}

describe('an admin manages payment services', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let portal: Portal;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portal-services-'));
    env = { PATH: process.env.PATH, PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
    [portal, browser] = await Promise.all([startPortal(folder, env), openBrowser()]);
  }, 40_000);
  afterAll(async () => {
    await browser.close();
    portal.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const signedIn = async (options?: PageOptions): Promise<TestPage> => {
    const page = await newPage(browser, options);
    page.setDefaultTimeout(8000);
    await page.goto(`${portal.url}/sign-in`);
    await page.fill('[name=email]', 'admin@demo.example');
    await page.fill('[name=password]', portal.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${portal.url}/`);
    return page;
  };
  const says = (page: TestPage, text: string) => page.getByText(text).first().waitFor();

  test('connects one for euros, brands it, is paid through it, and switches the old one off', async () => {
    const page = await signedIn();
    await page.getByRole('link', { name: 'Payment services' }).click();
    expect(await page.innerText('table')).toMatch(/Main account[\s\S]*Test[\s\S]*Default[\s\S]*Euro account/);
    await worksForAll(page);
    await picture(page, 'services');

    // The portal's own sandbox: a name and a currency are enough, and it can be paid into at once.
    await page.getByRole('link', { name: 'Connect a sandbox' }).click();
    await picture(page, 'services-connect');
    await page.getByLabel('Account name').fill('Quay store');
    await page.getByLabel('Currencies').fill('eur');
    await page.getByRole('button', { name: 'Connect' }).click();
    await says(page, 'Quay store is connected.');
    await page.getByRole('button', { name: 'Set as default for this currency' }).click();
    await says(page, 'new links in EUR go to it');

    await page.getByRole('link', { name: 'Change the brand' }).click();
    await page.getByLabel('Trading name').fill('Quay Bakery');
    await page.getByLabel('Colour').fill('#ffcc00');
    await page.getByLabel('Support e-mail').fill('help@quay.example');
    await page.getByRole('button', { name: 'Save the brand' }).click();
    await says(page, 'The brand is saved.');
    await page
      .getByLabel('Picture')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: aPng(120, 48, [122, 31, 61]) });
    await page.getByRole('button', { name: 'Upload the logo' }).click();
    await says(page, 'The logo is saved.');
    await worksForAll(page);
    await picture(page, 'services-brand');

    await page.goto(`${portal.url}/invoices`);
    await page.getByRole('link', { name: 'INV-1042' }).first().click();
    await page.getByRole('link', { name: 'Send payment link' }).click();
    expect(await page.getByLabel('Quay store (test), default').isChecked()).toBe(true);
    await picture(page, 'services-choose');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const address = await page.getByLabel('Address of the payment page').inputValue();

    const payer = await newPage(browser);
    await payer.goto(address);
    await fieldsAreReady(payer);
    expect(await payer.innerText('.shop')).toContain('Quay Bakery');
    expect(await payer.innerText('.foot')).toContain('help@quay.example');
    const button = payer.locator('form[data-pay] button[type=submit]');
    const colour = (name: string) =>
      button.evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), name);
    expect([await colour('background-color'), await colour('color')]).toEqual(['rgb(255, 204, 0)', 'rgb(0, 0, 0)']);
    expect(await payer.locator('.shop .logo').evaluate((logo) => (logo as HTMLImageElement).naturalWidth)).toBe(120);
    await worksForAll(payer);
    await picture(payer, 'services-pay-page');
    await payWith(payer);
    await seesReceipt(payer);
    expect(await payer.innerText('main')).toContain('Quay Bakery');
    await picture(payer, 'services-receipt');

    // What goes to the old default is named before anything happens.
    await page.goto(`${portal.url}/accounts`);
    await page.getByRole('link', { name: 'Main account' }).click();
    await picture(page, 'services-account');
    await page.getByRole('link', { name: 'Switch off…' }).click();
    expect(await page.innerText('section[aria-labelledby=links]')).toMatch(/INV-1040[\s\S]*Dune Trading/);
    expect(await page.innerText('section[aria-labelledby=payments]')).toContain('INV-1041');
    await worksForAll(page);
    await picture(page, 'services-switch-off');
    await page.getByLabel('New default account').selectOption({ label: 'Quay store (test), only EUR' });
    await page.getByRole('button', { name: 'Switch off now' }).click();
    await says(page, 'Switched off: no new links and payments.');
    await page.goto(`${portal.url}/accounts`);
    expect(await page.innerText('section[aria-labelledby=off]')).toContain('Main account');
    expect(await page.innerText('section[aria-labelledby=active]')).toMatch(/Quay store[\s\S]*Default/);
  }, 60_000);

  test('every page fits a narrow dark screen and can be used by all', async () => {
    const page = await signedIn({ width: 320, dark: true });
    await page.goto(`${portal.url}/accounts`);
    await picture(page, 'services-narrow');
    await worksForAll(page);
    await page.getByRole('link', { name: 'Quay store' }).click();
    await picture(page, 'services-account-narrow');
    await worksForAll(page);
    for (const link of ['Change the brand', 'Switch off…']) {
      await page.getByRole('link', { name: link }).click();
      await picture(page, `services-${link.slice(0, 6)}-narrow`);
      await worksForAll(page);
      await page.getByRole('link', { name: 'Cancel' }).click();
    }
  }, 30_000);

  test('after a restart the sandbox knows every account as before, and the books agree with it', async () => {
    portal.child.kill('SIGTERM');
    await once(portal.child, 'exit');
    portal = await startPortal(folder, env);
    const verify = spawn(process.execPath, [VERIFY], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    verify.stdout.on('data', (chunk) => (said += chunk));
    expect([await once(verify, 'close'), said]).toEqual([[0, null], expect.stringContaining('(Quay store (test))')]);
  }, 30_000);
});
