// Measures side by side in one run; the ratios count, since the figures themselves change with the machine.
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import autocannon from 'autocannon';
import Sqlite from 'better-sqlite3';

const SELF = fileURLToPath(import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROUNDS = 3;
const SECONDS = 3;
const CONNECTIONS = 20;
const PAYMENTS = 100;
const AT_ONCE = 8;

const servers = { portal: servePortal, sandbox: serveSandbox, bare: serveBareExpress, node: serveBareNode };
if (process.argv[2]) await servers[process.argv[2]](JSON.parse(process.argv[3] ?? '{}'));
else await bench();

async function bench() {
  mkdirSync(join(ROOT, 'data'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'data/bench-'));
  const children = [];
  const start = async (name, options) => {
    const child = fork(SELF, [name, JSON.stringify(options)], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    });
    children.push(child);
    return new Promise((resolve) => child.once('message', resolve));
  };
  try {
    const keys = sandboxKeys();
    const sandbox = await start('sandbox', { folder, keys });
    const portal = await start('portal', { folder, keys, sandboxUrl: sandbox.url });
    const html = await (await fetch(portal.link)).text();
    const bytes = Buffer.byteLength(html);
    const bare = await start('bare', { bytes });
    const node = await start('node', { bytes });

    const pages = { 'pay page': portal.link, 'bare Express + EJS': bare.url, 'bare node:http': node.url };
    const results = await measurePages(pages);
    const base = results['bare Express + EJS'].perSecond;
    console.log(
      `\npages of ${bytes} bytes, ${CONNECTIONS} connections, medians of ${ROUNDS} interleaved rounds of ${SECONDS} s`,
    );
    for (const [name, { perSecond, p99Ms }] of Object.entries(results)) {
      console.log(
        `  ${name.padEnd(20)} ${Math.round(perSecond).toString().padStart(7)} requests/s  p99 ${p99Ms} ms  ${(perSecond / base).toFixed(2)} of the bare page`,
      );
    }
    const paid = await measurePayments(portal);
    console.log(
      `\n${paid.count} payments end to end with the sandbox, ${AT_ONCE} at once: ${paid.perSecond.toFixed(1)} payments/s, p99 ${paid.p99Ms} ms`,
    );
    console.log(
      `durable commits (SQLite, synchronous=FULL, on the data folder's disk): ${Math.round(measureCommits(folder))}/s`,
    );
    await printWeight(portal, html);
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measurePages(pages) {
  const rounds = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
  for (const url of Object.values(pages)) await autocannon({ url, connections: CONNECTIONS, duration: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, url] of Object.entries(pages)) {
      const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
      if (result.non2xx > 0 || result.errors > 0)
        throw new Error(`${name}: ${result.non2xx} bad answers, ${result.errors} errors`);
      rounds[name].push({ perSecond: result.requests.average, p99Ms: result.latency.p99 });
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(
    Object.entries(rounds).map(([name, all]) => [
      name,
      { perSecond: median(all.map((one) => one.perSecond)), p99Ms: median(all.map((one) => one.p99Ms)) },
    ]),
  );
}

async function measurePayments({ presses }) {
  const took = [];
  const queue = [...presses];
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let press = queue.pop(); press; press = queue.pop()) {
        const sentMs = performance.now();
        const response = await fetch(press.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(press.body),
        });
        const answer = await response.json();
        if (answer.state !== 'paid') throw new Error(`a payment was not paid: ${JSON.stringify(answer)}`);
        took.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  took.sort((a, b) => a - b);
  return {
    count: took.length,
    perSecond: took.length / seconds,
    p99Ms: Math.round(took[Math.floor(took.length * 0.99)]),
  };
}

function measureCommits(folder) {
  const db = new Sqlite(join(folder, 'commits.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('create table t (x integer)');
  const insert = db.prepare('insert into t values (1)');
  const startedMs = performance.now();
  let count = 0;
  for (; performance.now() - startedMs < 1000; count++) insert.run();
  db.close();
  return count;
}

async function printWeight({ link }, html) {
  const files = [...html.matchAll(/(?:href|src)="(\/build\/[^"]+)"/g)].map((match) => match[1]);
  let [raw, packed] = [Buffer.byteLength(html), gzipSync(html).length];
  for (const file of files) {
    const body = Buffer.from(await (await fetch(new URL(file, link))).arrayBuffer());
    raw += body.length;
    packed += gzipSync(body).length;
  }
  console.log(
    `cold pay page without the gateway's script: ${(raw / 1024).toFixed(1)} KB, ${(packed / 1024).toFixed(1)} KB gzipped, ${files.length + 1} files`,
  );
}

function sandboxKeys() {
  const chance = () => randomBytes(12).toString('hex');
  return {
    publishableKey: `pk_test_${chance()}`,
    secretKey: `sk_test_${chance()}`,
    webhookSecret: `whsec_${chance()}`,
  };
}

async function serveSandbox({ folder, keys }) {
  const { startSandbox } = await import(new URL('../dist/sandbox/server.js', import.meta.url));
  const { webhookSecret, ...known } = keys;
  const account = { id: 'acct_bench', name: 'Bench', country: 'GB', defaultCurrency: 'gbp', ...known };
  const sandbox = await startSandbox({
    port: 0,
    file: join(folder, 'sandbox.db'),
    accounts: [{ ...account, webhookSecrets: [webhookSecret] }],
  });
  process.send({ url: sandbox.apiUrl });
}

/** The finished portal with its views cached, one link to look at and many to pay. */
async function servePortal({ folder, keys, sandboxUrl }) {
  const from = (path) => import(new URL(`../dist/${path}`, import.meta.url));
  const [{ createApp }, { openHouse }, { createLogger }, { systemClock }] = await Promise.all([
    from('app.js'),
    from('wire.js'),
    from('platform/logger.js'),
    from('platform/clock.js'),
  ]);
  const [
    { connectAccount },
    { createCustomer },
    { createInvoice },
    { issueLink },
    { linkUrl },
    { agreedTerms },
    { readPayables },
  ] = await Promise.all([
    from('accounts/connect-account.js'),
    from('customers/create-customer.js'),
    from('invoices/create-invoice.js'),
    from('links/issue-link.js'),
    from('links/link-url.js'),
    from('payments/agreed-terms.js'),
    from('payables/payables.store.js'),
  ]);
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const house = await openHouse(
    {
      production: true,
      port: 0,
      host: '127.0.0.1',
      baseUrl: url,
      databaseUrl: `sqlite:${join(folder, 'portal.db')}`,
      smtpUrl: undefined,
      mailFrom: 'Bench <bench@example.test>',
      linkKeys: [{ kid: 'k1', secret: randomBytes(32) }],
      sessionKeys: [randomBytes(32).toString('hex')],
      encryptionKey: randomBytes(32),
      trustProxy: false,
      sandboxPort: 0,
      sandboxApiUrl: sandboxUrl,
      sandboxPublicUrl: sandboxUrl,
      sandboxElsewhere: true,
      viewsPerMinute: 100_000_000,
      demoPassword: '',
      logLevel: 'silent',
    },
    { clock: systemClock, log: createLogger('silent') },
  );
  server.on('request', createApp(house));
  const actor = { kind: 'system' };
  await connectAccount(
    { ...house, config: { ...house.config, production: false } },
    { ...keys, name: 'Bench', kind: 'sandbox', currencies: [], statementSuffix: '', actor },
  );
  const customer = await createCustomer(
    house,
    { number: 'C-1', name: 'Bench Ltd', email: 'bench@example.test', language: 'en', address: '' },
    actor,
  );
  const aLink = async (number) => {
    const today = new Date().toISOString().slice(0, 10);
    const lines = [
      ['Design', 100_000],
      ['Hosting', 5_042],
      ['VAT', 19_958],
    ].map(([description, amountMinor]) => ({ description, quantity: '1', amountMinor }));
    const invoice = await createInvoice(
      house,
      {
        number,
        customerId: customer.id,
        currency: 'EUR',
        totalMinor: 125_000,
        issuedOn: today,
        dueOn: today,
        orderReference: '',
        note: '',
        lines,
      },
      actor,
    );
    return issueLink(house, { payableIds: [invoice.id], expiry: '30d', actor });
  };
  const shown = await aLink('INV-0');
  const presses = [];
  for (let i = 1; i <= PAYMENTS; i++) {
    const link = await aLink(`INV-${i}`);
    const response = await fetch(`${sandboxUrl}/v1/test_helpers/confirmation_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.secretKey}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ payment_method: 'pm_card_visa' }),
    });
    const body = {
      submissionId: randomUUID(),
      confirmationToken: (await response.json()).id,
      saveCard: false,
      payerEmail: 'payer@example.test',
      agreed: agreedTerms(await readPayables(house.db, link.payableIds)),
    };
    presses.push({ url: `${linkUrl(house, link)}/attempts`, body });
  }
  process.send({ link: linkUrl(house, shown), presses });
}

/** What Express and EJS cost by themselves for a page of this size. */
async function serveBareExpress({ bytes }) {
  const { default: express } = await import('express');
  const { default: ejs } = await import('ejs');
  const page = ejs.compile(
    '<!doctype html><title><%= title %></title><% for (const part of parts) { %><p><%= part %></p><% } %>',
  );
  const parts = Array.from({ length: Math.ceil(bytes / 100) }, () => 'x'.repeat(93));
  const app = express();
  app.disable('x-powered-by').set('etag', false);
  app.get('/', (_req, res) => res.type('html').send(page({ title: 'Bare', parts })));
  const server = app.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
}

async function serveBareNode({ bytes }) {
  const body = Buffer.alloc(bytes, 'x');
  const server = createServer((_req, res) =>
    res.writeHead(200, { 'content-type': 'text/html', 'content-length': body.length }).end(body),
  );
  server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
}
