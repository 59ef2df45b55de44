/**
 * Each test file would load its libraries anew, hundreds of small files, and run them cold: here each name leads to a small
 * module that takes the library from outside, where a worker loads it once (see environment.mjs).
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'node_modules/.cache/test-libraries');
const NAMES = [
  '@node-rs/argon2',
  'better-sqlite3',
  'bidi-js',
  'csv-parse/sync',
  'csv-stringify/sync',
  'ejs',
  'express',
  'express-rate-limit',
  'express-session',
  'fflate',
  'helmet',
  'jsonwebtoken',
  'kysely',
  'multer',
  'nodemailer',
  'nodemailer/lib/smtp-pool/index.js',
  'pdfkit',
  'pg',
  'pino',
  'playwright-core',
  'qrcode',
  'read-excel-file/node',
  'smtp-server',
  'stripe',
  'supertest',
  'zod',
];

/** Where each of them is taken in: a path for each name. */
export const libraryPaths = Object.fromEntries(
  NAMES.map((name) => {
    const library = /^(@[^/]+\/)?[^/]+/.exec(name)[0];
    const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', library, 'package.json'), 'utf8'));
    return [name, join(FOLDER, `${name.replaceAll('/', '-')}-${version}-outside.mjs`)];
  }),
);

/** Makes those that are not there; two runs at once make the same. */
export async function gatherLibraries() {
  for (const [name, path] of Object.entries(libraryPaths)) {
    if (existsSync(path)) continue;
    const given = Object.keys(await import(name)).filter((key) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key));
    const lines = given.map((key) => `const _${key} = library.${key};\nexport { _${key} as ${key} };\n`);
    const made = `${path}.${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    const taken = `globalThis[Symbol.for('portal.libraries')](${JSON.stringify(name)})`;
    writeFileSync(made, `const library = await ${taken};\n${lines.join('')}`);
    renameSync(made, path);
  }
}
