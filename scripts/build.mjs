// Builds everything that is not committed: dist/ (the server) and public/build/ (hashed scripts and styles).
// node scripts/build.mjs [--assets-only]
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const at = (...parts) => join(root, ...parts);
const started = performance.now();

try {
  const [assets, modules] = await Promise.all([
    buildAssets(),
    process.argv.includes('--assets-only') ? undefined : buildServer(),
  ]);
  const server = modules === undefined ? '' : `${modules} server modules and `;
  console.log(`Built ${server}${assets} assets in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`Build failed.\n\n${String(error.stdout || error.message).trim()}`);
  process.exitCode = 1;
}

async function buildServer() {
  const sources = (await filesIn(at('src'))).filter((file) => /\.(ts|json)$/.test(file) && !isClient(file));
  if (sources.some((file) => file.endsWith('.ts'))) {
    // By its path: which compiler .bin/tsc means depends on what else is installed.
    const tsc = at('node_modules', 'typescript', 'bin', 'tsc');
    const args = [tsc, '-p', 'tsconfig.build.json', '--noEmitOnError'];
    await promisify(execFile)(process.execPath, args, { cwd: root });
  }
  await removeStale(at('dist'), sources.flatMap(outputsOf));
  return sources.filter((file) => file.endsWith('.ts')).length;
}

function outputsOf(source) {
  const out = at('dist', relative(at('src'), source));
  const js = out.replace(/\.ts$/, '.js');
  return [js, `${js}.map`];
}

async function buildAssets() {
  const outdir = at('public', 'build');
  const entryPoints = [...(await clientEntries()), ...(await styleEntries())];
  refuseTwins(entryPoints);
  const { metafile } = await bundle(entryPoints, outdir);

  const manifest = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const { base, extension } = /^(?<base>.+)-[^-]+(?<extension>\.\w+)$/.exec(basename(file)).groups;
    manifest[base + extension] = `/build/${basename(file)}`;
  }
  await mkdir(outdir, { recursive: true });
  const manifestFile = join(outdir, 'manifest.json');
  await replaceFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  await removeStale(outdir, [manifestFile, ...Object.keys(metafile.outputs).map((file) => at(file))]);
  return Object.keys(manifest).length;
}

async function bundle(entryPoints, outdir) {
  try {
    return await esbuild.build({
      absWorkingDir: root,
      entryPoints,
      outdir,
      entryNames: '[name]-[hash]',
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      metafile: true,
      logLevel: 'silent',
    });
  } catch (error) {
    const messages = await esbuild.formatMessages(error.errors ?? [], { kind: 'error' });
    throw new Error(messages.join('\n') || error.message);
  }
}

// The sandbox plays another company's server and bundles its own browser script.
async function clientEntries() {
  const files = await filesIn(at('src'));
  return files
    .filter((file) => isClient(file) && !file.startsWith(at('src', 'sandbox') + sep))
    .map((file) => ({ in: file, out: basename(file, '.client.ts') }));
}

async function styleEntries() {
  const names = ['office', 'pay'];
  const found = await Promise.all(names.map((name) => exists(at('public', 'css', `${name}.css`))));
  return names.filter((_, i) => found[i]).map((name) => ({ in: at('public', 'css', `${name}.css`), out: name }));
}

function refuseTwins(entryPoints) {
  const seen = new Map();
  for (const { in: file, out } of entryPoints.filter((entry) => isClient(entry.in))) {
    const twin = seen.get(out);
    if (twin) throw new Error(`${relative(root, twin)} and ${relative(root, file)} would both become ${out}.js`);
    seen.set(out, file);
  }
}

function isClient(file) {
  return file.endsWith('.client.ts');
}

// After the build, not before: a server that is still running never finds its files gone.
async function removeStale(folder, wanted) {
  const keep = new Set(wanted);
  const stale = (await filesIn(folder)).filter((file) => !keep.has(file));
  await Promise.all(stale.map((file) => rm(file, { force: true })));
}

async function replaceFile(file, text) {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, file);
}

async function filesIn(folder) {
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
