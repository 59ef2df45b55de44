/** Browser tests: pages that fail their test on any error in the browser, accessibility checks, pictures. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Frame, type Page } from 'playwright-core';

/** No sandbox because tests run as root in containers; the rest keeps the browser from calling its vendor. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
const ACCESSIBILITY_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** How long an announced error may take to come after the test body has ended. */
const LATE_ERROR_MS = 1000;

let axeSource: string | undefined;
const watched = new Set<TestPage>();
const withoutJavaScript = new WeakSet<Page>();

export interface PageOptions {
  width?: number;
  dark?: boolean;
  javaScript?: boolean;
}

export type TestPage = Page & {
  /** Every origin that the page, its frames and its popups asked for anything. */
  origins: Set<string>;
  /** Announces an error of the current test (console, script or CSP); the test fails when it does not come. */
  expectConsole(pattern: RegExp): void;
  /** Unannounced errors, and announced ones that did not come, since the last call; called after each test. */
  takeProblems(): Promise<string[]>;
};

/** One browser per test file; the file closes it in afterAll. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.TEST_CHROMIUM_PATH;
  if (!executablePath) throw new Error('No Chromium to test with: set CHROMIUM_PATH to a Chromium or Chrome');
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true });
}

/** A page with cookies and storage of its own. */
export async function newPage(browser: Browser, options: PageOptions = {}): Promise<TestPage> {
  const { width = 1280, dark = false, javaScript = true } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    javaScriptEnabled: javaScript,
    locale: 'en-US',
  });
  const errors: string[] = [];
  const origins = new Set<string>();
  listen(context, errors, origins);
  let expected: RegExp[] = [];

  const page: TestPage = Object.assign(await context.newPage(), {
    origins,
    expectConsole: (pattern: RegExp) => {
      expected.push(pattern);
    },
    async takeProblems() {
      await settled(page);
      const missing = () => expected.filter((pattern) => !errors.some((text) => pattern.test(text)));
      for (let waited = 0; missing().length > 0 && waited < LATE_ERROR_MS; waited += 20) await sleep(20);
      const problems = [
        ...errors.filter((text) => !expected.some((pattern) => pattern.test(text))),
        ...missing().map((pattern) => `announced but did not come: ${pattern}`),
      ];
      errors.length = 0;
      expected = [];
      return problems;
    },
  });
  page.on('crash', () => errors.push('the page crashed'));
  watched.add(page);
  if (!javaScript) withoutJavaScript.add(page);
  return page;
}

/** Collects from the context rather than from the page, so that popups and workers count too. */
function listen(context: BrowserContext, errors: string[], origins: Set<string>): void {
  context.on('console', (message) => {
    // CSP violations and failed requests come this way as well.
    if (message.type() === 'error') errors.push(`console error: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => errors.push(`script error: ${error.error().stack ?? error.error()}`));
  const visit = (url: string) => {
    const { origin } = new URL(url);
    if (origin !== 'null') origins.add(origin); // data:, blob: and about: ask nobody
  };
  context.on('request', (request) => visit(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => visit(socket.url().replace(/^ws/, 'http'))));
}

/** Asks the page something, so that the errors it reported before have arrived here. */
async function settled(page: Page): Promise<void> {
  if (page.isClosed()) return;
  await Promise.race([page.evaluate('0').catch(() => undefined), sleep(LATE_ERROR_MS, undefined, { ref: false })]);
}

afterEach(async () => {
  const problems: string[] = [];
  for (const page of watched) {
    problems.push(...(await page.takeProblems()));
    if (page.isClosed()) watched.delete(page);
  }
  if (problems.length > 0) throw new Error(`The browser reported:\n${problems.join('\n')}`);
});

/** WCAG 2.2 AA problems of the page and of each of its frames, one line each; none is an empty list. */
export async function axeProblems(page: Page): Promise<string[]> {
  if (!withoutJavaScript.has(page)) return problemsInFrames(page);
  // Axe needs timers. The scripts of the page were skipped when it loaded and do not run now either.
  const debug = await page.context().newCDPSession(page);
  // Allowing takes effect only after a ban by the same session.
  for (const value of [true, false]) await debug.send('Emulation.setScriptExecutionDisabled', { value });
  try {
    return await problemsInFrames(page);
  } finally {
    await debug.send('Emulation.setScriptExecutionDisabled', { value: true });
    await debug.detach();
  }
}

async function problemsInFrames(page: Page): Promise<string[]> {
  const problems: string[] = [];
  for (const frame of page.frames()) {
    const where = frame === page.mainFrame() ? '' : ` in frame ${frame.url()}`;
    for (const { id, help, nodes } of await violations(frame)) {
      for (const node of nodes) problems.push(`${id}: ${help}${where} → ${node.target.join(' ')} ${node.html}`);
    }
  }
  return problems;
}

/** Evaluated through the debugger, which a Content-Security-Policy of the page does not stop. */
async function violations(frame: Frame): Promise<AxeResults['violations']> {
  axeSource ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await frame.evaluate('"axe" in window'))) await frame.evaluate(`${axeSource};0`);
  // Each frame by itself: between frames axe posts messages, which the page under test would receive.
  const options = { runOnly: ACCESSIBILITY_RULES, resultTypes: ['violations'], iframes: false };
  const results = await frame.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return results.violations;
}

/** Saves the whole page as `<name>.png` in the folder that PICTURES_DIR names; does nothing without it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES_DIR;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
