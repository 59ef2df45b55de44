/** Runs once before all test files: starts what they share and tells them by the environment where it is. */
import { chromiumPath } from './chromium.mjs';
import { fastFolder } from './fast-folder.mjs';
import { gatherLibraries } from './libraries.mjs';
import { startPostgres } from './postgres.mjs';

/** A skipped database must not look like a tested one. */
function warn(text) {
  const line = '!'.repeat(78);
  process.stderr.write(`\n${line}\n${text}\n${line}\n`);
}

export default async function globalSetup() {
  process.env.TEST_FOLDER = fastFolder();
  const [postgres, browser] = await Promise.all([startPostgres(), chromiumPath(), gatherLibraries()]);

  const started = postgres.url !== undefined && postgres.url !== process.env.TEST_POSTGRES_URL;
  if (postgres.url) process.env.TEST_POSTGRES_URL = postgres.url;
  if (postgres.skip) {
    process.env.TEST_POSTGRES_SKIP = postgres.skip;
    warn(`PostgreSQL tests are SKIPPED: ${postgres.skip}`);
  }

  if (browser) process.env.TEST_CHROMIUM_PATH = browser;
  else warn('No Chromium found: browser tests will FAIL. Set CHROMIUM_PATH to a Chromium or Chrome.');

  globalThis.stopTestServices = async () => {
    await postgres.stop();
    // In watch mode the next run would otherwise take the stopped server for one that the developer named.
    if (started) delete process.env.TEST_POSTGRES_URL;
  };
}
