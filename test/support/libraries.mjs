/**
 * Each test file loads its libraries anew, and these come as hundreds of small files: here they are put into one file
 * each, once for each version of them, as they are otherwise.
 */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'node_modules/.cache/test-libraries');
const WITH_DEFAULT = ['stripe'];
const NAMES = ['kysely', 'zod', ...WITH_DEFAULT];

/** Where each of them stands: a path for each name. */
export const libraryPaths = Object.fromEntries(
  NAMES.map((name) => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
    return [name, join(FOLDER, `${name}-${version}.mjs`)];
  }),
);

/** Makes those that are not there; two runs at once make the same. */
export async function gatherLibraries() {
  for (const [name, path] of Object.entries(libraryPaths)) {
    if (existsSync(path)) continue;
    const { build } = await import('esbuild');
    const given = WITH_DEFAULT.includes(name) ? `export { default } from '${name}';` : '';
    const made = `${path}.${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    await build({
      stdin: { contents: `export * from '${name}';${given}`, resolveDir: ROOT },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: made,
      logLevel: 'error',
    });
    renameSync(made, path);
  }
}
