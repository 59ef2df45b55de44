// Opens every list of the office over a small and a large installation in turn and prints what the large one costs, as a
// ratio in one run. A page may cost at most 1.5 times as much; the command ends with 1 when one costs more. Where the small one
// has fewer rows to show, what these rows cost there is added to it: a page of 3 is not held against a page of 50. Then it
// adds up all receipts of the large one, and opens its books, while a payer opens a page every 20 ms.
//   node scripts/bench-lists.mjs [--payments 1000000] [--small 1000] [--folder data] [--only /receipts] [--engine postgres]
// SQLite files are seeded when they are not there yet, and kept: remove them when you are done. For PostgreSQL a server is
// started and thrown away; one that TEST_POSTGRES_URL names is used instead, and keeps its databases.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../test/support/postgres.mjs';
import { PAGES } from './bench-pages.mjs';
import { seedPayments } from './seed-payments.mjs';

const ROUNDS = 15;
const MOST_TRIES = 4;
const MOST = 1.5;
/** What a busy machine adds to a page by itself; below it a ratio says nothing. */
const NOISE_MS = 1.5;
const TOTALS_WITHIN_MS = 2000;
const PAYER_EVERY_MS = 20;
const EMAIL = 'accountant@example.test';
const PASSWORD = 'twelve quiet otters';
const HOUSE = join(import.meta.dirname, 'bench-house.mjs');

const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '1000000' },
    small: { type: 'string', default: '1000' },
    folder: { type: 'string', default: 'data' },
    only: { type: 'string', default: '' },
    engine: { type: 'string', default: 'sqlite' },
  },
});
const children = [];
const server = values.engine === 'postgres' ? await startPostgres() : undefined;
try {
  const visitors = [];
  for (const payments of [values.small, values.payments]) visitors.push(await visit(await databaseOf(payments)));
  const [, large] = visitors;
  const slow = await compare(
    visitors,
    PAGES.filter(([, path]) => path.startsWith(values.only)),
  );
  const late = await beside(large, `totals of ${values.payments} receipts`, '/receipts/totals', TOTALS_WITHIN_MS);
  await beside(
    large,
    'trial balance of a past day',
    `/books?on=${new Date(Date.now() - 1e10).toISOString().slice(0, 10)}`,
  );
  process.exitCode = slow || late ? 1 : 0;
} finally {
  for (const child of children) child.kill();
  await server?.stop();
}

/** The address of a database with so many payments. */
async function databaseOf(payments) {
  const [address, isThere] = server ? await onServer(`payments_${payments}`) : inFolder(`payments-${payments}.db`);
  if (!isThere) {
    console.log(`seeding ${payments} payments`);
    await seedPayments(address, Number(payments), (said) => console.log(`  ${said}`));
  }
  return address;
}

function inFolder(name) {
  const file = join(values.folder, name);
  return [`sqlite:${file}`, existsSync(file)];
}

async function onServer(name) {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount === 0) await client.query(`create database ${name}`);
  await client.end();
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  return [address.href, rowCount > 0];
}

async function compare([small, large], pages) {
  let slow = 0;
  const rowCosts = await costOfRows(small);
  const leastMs = Math.min(...rowCosts.values());
  console.log([...rowCosts].map(([path, ms]) => `a row of ${path}: ${ms.toFixed(3)} ms`).join(', '));
  console.log(`${'page'.padEnd(38)} ${'small'.padStart(10)} ${'large'.padStart(10)}  ratio   rows`);
  for (const [name, path, onward = 0] of pages) {
    const visitors = [small, large];
    const at = await Promise.all(visitors.map((visitor) => follow(visitor, path, onward)));
    const times = [[], []];
    const rows = [];
    const rowMs = rowCosts.get(path.split('?')[0]) ?? leastMs;
    let [smallMs, largeMs, ratio, tooSlow] = [0, 0, 0, true];
    // What seems slow is tried for longer: others use the machine too.
    for (let tries = 0; tooSlow && tries < MOST_TRIES; tries++) {
      for (let round = 0; round < ROUNDS; round++) {
        for (const [i, visitor] of visitors.entries()) {
          const { ms, html } = await visitor.open(at[i]);
          times[i].push(ms);
          rows[i] = countRows(html);
        }
      }
      [smallMs, largeMs] = times.map(undisturbed);
      const evenMs = smallMs + rowMs * Math.max(0, rows[1] - rows[0]);
      ratio = largeMs / evenMs;
      tooSlow = ratio > MOST && largeMs - evenMs > NOISE_MS;
    }
    if (tooSlow) slow++;
    console.log(
      `${name.padEnd(38)} ${smallMs.toFixed(1).padStart(7)} ms ${largeMs.toFixed(1).padStart(7)} ms  ${ratio.toFixed(2).padStart(5)}   ${rows.join('/')}${tooSlow ? '  too slow' : ''}`,
    );
  }
  console.log(
    slow ? `${slow} pages cost more than ${MOST} times as much` : `no page costs more than ${MOST} times as much`,
  );
  return slow;
}

/** What a row of some lists costs, in milliseconds: the full one held against an empty one. */
async function costOfRows(visitor) {
  const costs = new Map();
  for (const path of ['/invoices', '/payments', '/receipts', '/links']) {
    const [full, none] = [[], []];
    let rows = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { ms, html } = await visitor.open(path);
      full.push(ms);
      rows = countRows(html);
      none.push((await visitor.open(`${path}?q=zzzzzz`)).ms);
    }
    costs.set(path, Math.max(0, (undisturbed(full) - undisturbed(none)) / rows));
  }
  return costs;
}

function countRows(html) {
  return (html.match(/<tr/g) ?? []).length;
}

/** What it takes when others leave the machine alone; the first ones warm the caches. */
function undisturbed(times) {
  return Math.min(...times.slice(3));
}

/** Opens a page while a payer opens theirs again and again; says true when it took longer than it may. */
async function beside(visitor, name, path, mostMs = Number.POSITIVE_INFINITY) {
  await visitor.open(visitor.payPath);
  const { ms: alone, html } = await visitor.open(path);
  await visitor.ask('watch');
  const quiet = await visitor.open(path);
  const { longestHoldMs } = await visitor.ask('tell');
  const waits = [];
  let isOver = false;
  const paying = (async () => {
    const pages = [];
    while (!isOver || pages.length < 50) {
      pages.push(visitor.open(visitor.payPath).then(({ ms }) => waits.push(ms)));
      await sleep(PAYER_EVERY_MS);
    }
    await Promise.all(pages);
  })();
  const { ms: besideMs } = await visitor.open(path);
  isOver = true;
  await paying;
  waits.sort((a, b) => a - b);
  const p99 = waits[Math.ceil(waits.length * 0.99) - 1];
  const tookMs = Math.min(alone, quiet.ms);
  console.log(
    `${name}: ${tookMs.toFixed(0)} ms alone, longest hold ${longestHoldMs.toFixed(0)} ms; ${besideMs.toFixed(0)} ms beside a payer every ${PAYER_EVERY_MS} ms, ` +
      `whose page took ${waits[Math.floor(waits.length / 2)].toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, at most ${waits.at(-1).toFixed(0)} ms of ${waits.length} (${html.length} bytes)`,
  );
  return tookMs > mostMs;
}

/** The address of the page after so many presses of "older", or of the first link to such an address. */
async function follow(visitor, path, onward) {
  if (typeof onward === 'string') {
    const { html } = await visitor.open(path);
    return html.match(new RegExp(`href="(${onward}[^"]*)"`))?.[1] ?? path;
  }
  let at = path;
  for (let i = 0; i < onward; i++) {
    const { html } = await visitor.open(at);
    const next = [...html.matchAll(/href="([^"]*[?&;]before=[^"]*)"/g)].at(-1)?.[1]?.replaceAll('&amp;', '&');
    if (!next) break;
    at = new URL(next, `http://host${path}`).pathname + new URL(next, `http://host${path}`).search;
  }
  return at;
}

/** Somebody signed in to a portal over that database. */
async function visit(databaseUrl) {
  const child = fork(HOUSE, [databaseUrl, EMAIL, PASSWORD], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  children.push(child);
  const answer = () =>
    new Promise((resolve, fail) => {
      child.once('message', resolve);
      child.once('exit', (code) => fail(new Error(`the portal ended with ${code}`)));
    });
  const { url, payPath } = await answer();
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email: EMAIL, password: PASSWORD }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0];
  if (signedIn.status !== 303 || !cookie) throw new Error(`signing in gave ${signedIn.status}`);
  return {
    payPath,
    ask(what) {
      const answered = answer();
      child.send(what);
      return answered;
    },
    async open(path) {
      const startedMs = performance.now();
      const page = await fetch(`${url}${path}`, { headers: { cookie } });
      const html = await page.text();
      if (page.status !== 200) throw new Error(`${path} gave ${page.status}`);
      return { ms: performance.now() - startedMs, html };
    },
  };
}
