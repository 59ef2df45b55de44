/** The schemas as functions. Compiling them takes longer than all tests of a file, so the result is kept as well. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OBJECT_NAMES, SCHEMAS_ID, stripeSchemas } from './stripe-schemas.ts';

interface Problem {
  instancePath: string;
  message?: string;
  params: unknown;
}
/** True, or false with `errors` set. */
export type Validator = ((value: unknown) => boolean) & { errors?: Problem[] | null };

type WriteCode = (ajv: object, refs: Record<string, string>) => string;

const folder = join(import.meta.dirname, '..', '..', '.cache');

/** A validator for each object, by its name in `object`. */
export async function stripeValidators(): Promise<Record<string, Validator>> {
  const file = join(folder, `${SCHEMAS_ID}.cjs`);
  if (!existsSync(file)) {
    const code = await compile();
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, code);
    renameSync(`${file}.${process.pid}`, file);
  }
  return createRequire(import.meta.url)(file) as Record<string, Validator>;
}

async function compile(): Promise<string> {
  const { Ajv } = await import('ajv');
  const standalone = createRequire(import.meta.url)('ajv/dist/standalone/index.js') as { default: WriteCode };
  const ajv = new Ajv({ strict: false, code: { source: true } });
  ajv.addSchema({ $id: 'stripe', ...(await stripeSchemas()) });
  return standalone.default(ajv, Object.fromEntries(OBJECT_NAMES.map((name) => [name, `stripe#/$defs/${name}`])));
}
