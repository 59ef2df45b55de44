/** Which Chromium the browser tests run, and the one-time extraction of the one that npm installs. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builtOnce } from './postgres.mjs';

const require = createRequire(import.meta.url);
const execute = promisify(execFile);

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Unpacks the bundled Chromium, in a process of its own because the package reads TMPDIR to know where to. */
async function unpack(folder) {
  const code = "await (await import('@sparticuz/chromium')).default.executablePath()";
  await execute(process.execPath, ['--input-type=module', '-e', code], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: '' },
  });
  // Proves that the system has the libraries it is linked with, once, where a fallback is still possible.
  await execute(join(folder, 'chromium'), ['--version']);
}

/** The Chromium of the installed npm package; its version is pinned, and so is what the tests see. */
async function bundledChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let entry;
  try {
    entry = require.resolve('@sparticuz/chromium');
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(await readFile(join(dirname(entry), '../../package.json'), 'utf8'));
  try {
    return join(await builtOnce(`portal-chromium-${version}`, unpack), 'chromium');
  } catch (error) {
    process.stderr.write(`\nThe bundled Chromium cannot run here, looking for another one: ${error.message}\n`);
    return undefined;
  }
}

/**
 * The browser to test with: CHROMIUM_PATH, the bundled one, one of the system. Undefined when there is none.
 *
 * @returns {Promise<string | undefined>}
 */
export async function chromiumPath() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  return (await bundledChromium()) ?? SYSTEM_BROWSERS.find((path) => existsSync(path));
}
