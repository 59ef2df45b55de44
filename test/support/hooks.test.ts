/** The hooks that fail other tests can only be seen to do so from outside: runs Jest on tests that must fail. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const support = fileURLToPath(new URL('.', import.meta.url));
const jest = join(createRequire(import.meta.url).resolve('jest/package.json'), '../bin/jest.js');

const TESTS = `
import { newPage, openBrowser } from ${JSON.stringify(join(support, 'browser.ts'))};
let browser;
beforeAll(async () => { browser = await openBrowser(); });
afterAll(() => browser.close());

test('quiet', () => {});
test('console', () => { console.error('from the console'); });
test('page', async () => {
  const page = await newPage(browser);
  await page.evaluate('console.error("from the page")');
});
test('quiet again', () => {});
`;

test('an unannounced message of the console or of a page fails the test it happens in, and no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-hooks-'));
  try {
    writeFileSync(join(folder, 'inner.test.ts'), TESTS);
    const config = {
      rootDir: folder,
      extensionsToTreatAsEsm: ['.ts'],
      testMatch: ['**/*.test.ts'],
      transform: { '^.+\\.ts$': join(support, 'esbuild-transform.mjs') },
      setupFilesAfterEnv: [join(support, 'silent-console.ts')],
    };
    const report = join(folder, 'report.json');
    const options = ['--config', JSON.stringify(config), '--json', '--outputFile', report, '--watchman=false'];
    const run = promisify(execFile)(process.execPath, ['--experimental-vm-modules', jest, ...options]);
    await expect(run).rejects.toMatchObject({ code: 1 });
    const [file] = JSON.parse(readFileSync(report, 'utf8')).testResults;
    const outcomes = file.assertionResults.map(
      ({ title, failureMessages }: { title: string; failureMessages: string[] }) => [title, failureMessages.join()],
    );
    expect(outcomes).toEqual([
      ['quiet', ''],
      ['console', expect.stringContaining('Unannounced console.error: from the console')],
      ['page', expect.stringContaining('console error: from the page')],
      ['quiet again', ''],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
