import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { axeProblems, newPage, openBrowser, picture, type TestPage } from './browser.ts';

const STRICT_POLICY = "default-src 'none'; frame-src *; require-trusted-types-for 'script'";
const GOOD = '<h1>Good</h1><label>Card <input></label>';
const BAD = '<h1>Bad</h1><input>';

let browser: Browser;
let server: Server;
let origin: string;
let otherOrigin: string;

/** Serves `/?<html>` as a page under a policy that allows no script at all. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const body = decodeURIComponent(new URL(request.url ?? '/', 'http://x').search.slice(1));
    response.writeHead(request.url === '/missing' ? 404 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': STRICT_POLICY,
    });
    response.end(`<!doctype html><html lang="en"><title>Test</title><main>${body}</main></html>`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  otherOrigin = `http://localhost:${port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

const at = (html: string, where = origin) => `${where}/?${encodeURIComponent(html)}`;
const frameOf = (html: string) => `<iframe title="Frame" src="${at(html, otherOrigin)}"></iframe>`;

async function open(html: string, options = {}): Promise<TestPage> {
  const page = await newPage(browser, options);
  await page.goto(at(html));
  return page;
}

test('a sound page has no problems, and asks only its own origin', async () => {
  const page = await open(GOOD);
  expect(await axeProblems(page)).toEqual([]);
  expect(await page.takeProblems()).toEqual([]);
  expect([...page.origins]).toEqual([origin]);
});

test('axe finds a missing label, also in a frame of another site, and names it', async () => {
  expect(await axeProblems(await open(BAD))).toEqual([expect.stringMatching(/^label: .* → input <input>$/)]);
  const page = await open(frameOf(BAD));
  expect(await axeProblems(page)).toEqual([expect.stringContaining(`in frame ${at(BAD, otherOrigin)}`)]);
  expect([...page.origins].sort()).toEqual([origin, otherOrigin].sort());
});

test('axe works where the page runs no JavaScript, which stays so', async () => {
  const page = await open(`${BAD}<noscript>No script</noscript>`, { javaScript: false });
  expect(await page.textContent('noscript')).toBe('No script');
  expect(await axeProblems(page)).toHaveLength(1);
  await page.goto('data:text/html,<p>still</p><script>document.querySelector("p").textContent = "ran"</script>');
  expect(await page.textContent('p')).toBe('still');
});

test.each([
  ['a violated policy', '<script>1</script>', /Content Security Policy/],
  ['a violated policy in a frame of another site', frameOf('<script>1</script>'), /Content Security Policy/],
])('%s is a problem', async (_what, html, pattern) => {
  const page = await open(html);
  expect(await page.takeProblems()).toEqual([expect.stringMatching(pattern)]);
});

test('console errors, script errors and failed requests are problems', async () => {
  const page = await newPage(browser);
  await page.goto(`${origin}/missing`);
  await page.evaluate('console.error("said so"); setTimeout(() => { throw new Error("thrown"); })');
  await page.waitForTimeout(50);
  expect((await page.takeProblems()).sort()).toEqual([
    expect.stringMatching(/^console error: Failed to load resource.*404.*\/missing/),
    expect.stringMatching(/^console error: said so/),
    expect.stringMatching(/^script error: Error: thrown/),
  ]);
});

test('an announced error is none, and one that does not come is', async () => {
  const page = await open('<script>1</script>');
  page.expectConsole(/Content Security Policy/);
  expect(await page.takeProblems()).toEqual([]);
  page.expectConsole(/never/);
  expect(await page.takeProblems()).toEqual(['announced but did not come: /never/']);
});

test('a page is as wide and as dark as asked for', async () => {
  const page = await open(GOOD, { width: 390, dark: true });
  const seen = await page.evaluate(() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]);
  expect(seen).toEqual([390, true]);
});

test('a picture is saved only when there is a folder for it', async () => {
  const given = process.env.PICTURES_DIR;
  const folder = mkdtempSync(join(tmpdir(), 'portal-pictures-'));
  try {
    const page = await open(GOOD);
    delete process.env.PICTURES_DIR;
    await picture(page, 'good');
    expect(existsSync(join(folder, 'good.png'))).toBe(false);
    process.env.PICTURES_DIR = folder;
    await picture(page, 'good');
    expect(statSync(join(folder, 'good.png')).size).toBeGreaterThan(1000);
  } finally {
    if (given === undefined) delete process.env.PICTURES_DIR;
    else process.env.PICTURES_DIR = given;
    rmSync(folder, { recursive: true });
  }
});
