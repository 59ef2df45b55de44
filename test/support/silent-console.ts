/**
 * Makes every test file fail on a console.error or console.warn that no test announced: the portal logs through
 * its logger, so what reaches the console is a library complaining about how it is used.
 *
 * Loaded by `setupFilesAfterEnv`; a test that provokes such a message imports `expectConsole` from here.
 */
import { format } from 'node:util';
import { afterAll, afterEach } from '@jest/globals';

interface Said {
  text: string;
  /** Made at the call, so that its stack leads there. */
  error: Error;
}

let said: Said[] = [];
let expected: RegExp[] = [];

/** That of the libraries, which are loaded outside (environment.mjs). */
const outer = (globalThis as { [key: symbol]: Console | undefined })[Symbol.for('portal.outer-console')];

for (const level of ['error', 'warn'] as const) {
  for (const heard of outer ? [globalThis.console, outer] : [globalThis.console]) {
    heard[level] = (...parts: unknown[]) => {
      const text = format(...parts);
      said.push({ text, error: new Error(`Unannounced console.${level}: ${text}`) });
    };
  }
}

/** Announces a console message of the current test; the test fails when it does not come. */
export function expectConsole(pattern: RegExp): void {
  expected.push(pattern);
}

/** What was said and not announced, or announced and not said, since the last call. */
export function takeConsoleProblems(): Error[] {
  const unannounced = said.filter(({ text }) => !expected.some((pattern) => pattern.test(text)));
  const missing = expected.filter((pattern) => !said.some(({ text }) => pattern.test(text)));
  said = [];
  expected = [];
  return [
    ...unannounced.map(({ error }) => error),
    ...missing.map((pattern) => new Error(`Announced but never said on the console: ${pattern}`)),
  ];
}

function failOnProblems(): void {
  const [first, ...more] = takeConsoleProblems();
  if (!first) return;
  for (const { message } of more) first.message += `\n${message}`;
  throw first;
}

afterEach(failOnProblems);
// For what is said after the last test, in the hooks of the file.
afterAll(failOnProblems);
