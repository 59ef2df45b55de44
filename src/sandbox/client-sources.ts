import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

/** The package's root, two steps up from src/sandbox and from dist/sandbox alike; browser sources stay in src. */
const SOURCES = new URL('../../src/sandbox/', import.meta.url);

/** Bundles one browser script in memory; `define` fills in what only a running sandbox knows. */
export async function bundleScript(
  path: string,
  options: { format: 'iife' | 'esm'; define?: Record<string, string> },
): Promise<string> {
  const built = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(path, SOURCES))],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
    format: options.format,
    define: options.define ?? {},
  });
  return built.outputFiles[0]!.text;
}

/** A file beside the sources that is sent as it is. */
export function readStatic(path: string): Promise<string> {
  return readFile(new URL(path, SOURCES), 'utf8');
}
