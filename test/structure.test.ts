import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SRC = join(ROOT, 'src');

/** The stair, from the ground up: a slice imports only from steps below its own. docs/architecture.md draws it. */
const STEPS: string[][] = [
  ['money', 'platform'],
  ['words', 'paths', 'permissions', 'tokens'],
  ['gateway', 'ledger', 'audit'],
  ['cases'],
  ['mail'],
  ['payables', 'customers', 'accounts', 'staff', 'company', 'imports'],
  ['invoices'],
  ['links', 'receipts'],
  ['cards'],
  ['deposits'],
  ['payments'],
  ['refunds', 'reminders'],
  ['disputes', 'payouts', 'exports'],
  ['reconcile'],
  ['checkout', 'webhooks', 'office'],
];
/** Wiring: knows everyone, and nobody knows it. */
const WIRING = ['main', 'app', 'serve', 'wire', 'house-jobs', 'start-faults', 'health.routes', 'commands', 'demo'];
const APART = 'sandbox';

const files = sources(SRC);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

describe('the house', () => {
  test('has no room that the stair does not know', () => {
    const rooms = readdirSync(SRC).map((name) => name.replace(/\.ts$/, ''));
    expect(rooms.filter((room) => stepOf(room) === undefined && !WIRING.includes(room) && room !== APART)).toEqual([]);
  });

  test('is climbed only downwards: no slice imports from its own step or from above', () => {
    const climbs: string[] = [];
    for (const [file, targets] of imports) {
      const from = sliceOf(file);
      for (const target of targets) {
        const to = sliceOf(target);
        if (from === to || WIRING.includes(from)) continue;
        const [low, high] = [stepOf(to), stepOf(from)];
        if (low === undefined || high === undefined || low >= high) climbs.push(`${name(file)} → ${name(target)}`);
      }
    }
    expect(climbs).toEqual([]);
  });

  test('has no import circle', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, trail: string[]) => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].map(name).join(' → '));
      if (trail.includes(file) || done.has(file)) return;
      for (const target of imports.get(file) ?? []) walk(target, [...trail, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });

  test('lets the sandbox gateway stand apart: it imports nothing of ours', () => {
    const out = [...imports]
      .filter(([file]) => sliceOf(file) === APART)
      .flatMap(([file, targets]) =>
        targets.filter((target) => sliceOf(target) !== APART).map((target) => `${name(file)} → ${name(target)}`),
      );
    expect(out).toEqual([]);
  });

  test('has no drawer for odds and ends', () => {
    const drawers = /(^|\/)(utils?|helpers?|services?|common|misc|types|index)(\.ts|\/)/;
    expect(files.map(name).filter((file) => drawers.test(file))).toEqual([]);
  });

  test('calls Stripe from the gateway room only', () => {
    const callers = files.filter((file) => /from 'stripe'/.test(readFileSync(file, 'utf8')) && sliceOf(file) !== APART);
    expect(callers.map(name).filter((file) => !file.startsWith('src/gateway/'))).toEqual([]);
  });

  test('lets only config.ts read the environment', () => {
    const readers = files.filter(
      (file) => /process\.env\b/.test(readFileSync(file, 'utf8')) && sliceOf(file) !== APART,
    );
    const allowed = ['src/platform/config.ts', 'src/main.ts', 'src/wire.ts', 'src/demo/sandbox-process.ts'];
    expect(readers.map(name).filter((file) => !allowed.includes(file) && !file.startsWith('src/commands/'))).toEqual(
      [],
    );
  });

  test('writes HTML unescaped only where a part of a page is put into it', () => {
    const unescaped = /<%-(?!\s*(include\(|body\b))/;
    const views = all(join(ROOT, 'views')).filter((file) => file.endsWith('.ejs'));
    expect(views.filter((file) => unescaped.test(readFileSync(file, 'utf8'))).map(name)).toEqual([]);
  });

  test('has the same migrations for both engines', () => {
    const of = (engine: string) => readdirSync(join(ROOT, 'db/migrations', engine)).sort();
    expect(of('postgres')).toEqual(of('sqlite'));
    for (const file of of('sqlite')) {
      const tables = (engine: string) => tablesOf(readFileSync(join(ROOT, 'db/migrations', engine, file), 'utf8'));
      expect(tables('postgres')).toEqual(tables('sqlite'));
    }
  });
});

describe('the documents', () => {
  test('point to files that exist: every path of the README’s "Where is…?"', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const table = readme.slice(
      readme.indexOf('## Where is'),
      readme.indexOf('\n## ', readme.indexOf('## Where is') + 5),
    );
    const named = [...table.matchAll(/`((?:src|views|db|docs|test|public|scripts)\/[^`]*)`/g)].map(
      (match) => match[1] as string,
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('draw the stair that this test holds', () => {
    const drawn = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    for (const room of [...STEPS.flat(), APART]) expect(drawn).toContain(room);
  });
});

function stepOf(slice: string): number | undefined {
  const step = STEPS.findIndex((rooms) => rooms.includes(slice));
  return step < 0 ? undefined : step;
}

/** `src/links/link.ts` → `links`; `src/paths.ts` → `paths`. */
function sliceOf(file: string): string {
  return (relative(SRC, file).split('/')[0] as string).replace(/\.ts$/, '');
}

function name(file: string): string {
  return relative(ROOT, file);
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    resolve(dirname(file), match[1] as string),
  );
}

function all(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? all(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

function sources(folder: string): string[] {
  return all(folder).filter((file) => file.endsWith('.ts'));
}

/** Tables with their column names, in order. */
function tablesOf(sql: string): Array<[table: string, columns: string[]]> {
  return [...sql.matchAll(/create table (\w+) \(\n([\s\S]*?)\n\)/g)].map((match) => [
    match[1] as string,
    [...(match[2] as string).matchAll(/^ {2}(\w+) (?:text|integer|bigint)/gm)].map((column) => column[1] as string),
  ]);
}
