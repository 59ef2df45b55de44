// Opens every list of the office over a small and a large installation in turn and prints what the large one costs, as a
// ratio in one run. A page may cost at most 1.5 times as much; the command ends with 1 when one does.
//   node scripts/bench-lists.mjs [--payments 1000000] [--small 1000] [--folder data] [--only /receipts]
// The databases are seeded when they are not there yet, and kept: remove them when you are done.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seedPayments } from './seed-payments.mjs';

const ROUNDS = 15;
const MOST = 1.5;
/** What a busy machine adds to a page by itself; below it a ratio says nothing. */
const NOISE_MS = 1.5;
const EMAIL = 'accountant@example.test';
const PASSWORD = 'twelve quiet otters';

/** Every list, and what people do in it. `older` follows the link to the next page as often. */
const PAGES = [
  ['home', '/'],
  ['customers', '/customers'],
  ['customers by number', '/customers?q=C-7'],
  ['one customer', '/customers/cus_00000000000000000000000007'],
  ['invoices', '/invoices'],
  ['invoices, third page', '/invoices', 2],
  ['open invoices', '/invoices?state=open'],
  ['invoices by number', '/invoices?q=INV-77'],
  ['deposits', '/deposits'],
  ['deposits held', '/deposits/held'],
  ['payment links', '/links'],
  ['used payment links, third page', '/links?state=used', 2],
  ['payments', '/payments'],
  ['payments, third page', '/payments', 2],
  ['payments by sum', '/payments?state=paid'],
  ['receipts', '/receipts'],
  ['receipts, third page', '/receipts', 2],
  ['unreviewed receipts', '/receipts?reviewed=no'],
  ['receipts in EUR', '/receipts?currency=EUR'],
  ['receipts of a customer by words', '/receipts?q=company+7'],
  ['one receipt', '/receipts/rcp_00000000000000000000000007'],
  ['transactions of an invoice', '/transactions/inv_00000000000000000000000007'],
  ['cases', '/cases'],
  ['closed cases', '/cases?state=closed'],
  ['mailbox', '/mailbox'],
  ['mailbox, third page', '/mailbox', 2],
  ['reminders', '/reminders'],
];

if (process.argv[2] === 'serve') await serve(process.argv[3]);
else await bench();

async function bench() {
  const { values } = parseArgs({
    options: {
      payments: { type: 'string', default: '1000000' },
      small: { type: 'string', default: '1000' },
      folder: { type: 'string', default: 'data' },
      only: { type: 'string', default: '' },
    },
  });
  const children = [];
  try {
    const visitors = [];
    for (const payments of [values.small, values.payments]) {
      const file = join(values.folder, `payments-${payments}.db`);
      const database = `sqlite:${file}`;
      if (!existsSync(file)) {
        console.log(`seeding ${payments} payments into ${file}`);
        await seedPayments(database, Number(payments), (said) => console.log(`  ${said}`));
      }
      const child = fork(import.meta.filename, ['serve', database], {
        env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      });
      children.push(child);
      const url = await new Promise((resolve) => child.once('message', resolve));
      visitors.push(await signIn(url));
    }
    process.exitCode = await compare(
      visitors,
      PAGES.filter(([, path]) => path.startsWith(values.only)),
    );
  } finally {
    for (const child of children) child.kill();
  }
}

async function compare([small, large], pages) {
  let slow = 0;
  console.log(`${'page'.padEnd(36)} ${'small'.padStart(9)} ${'large'.padStart(9)}  ratio`);
  for (const [name, path, older = 0] of pages) {
    const times = [[], []];
    const at = await Promise.all([small, large].map((visitor) => follow(visitor, path, older)));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, visitor] of [small, large].entries()) times[i].push(await visitor.time(at[i]));
    }
    // The first ones warm the caches.
    const [smallMs, largeMs] = times.map((all) => median(all.slice(3)));
    const ratio = largeMs / smallMs;
    const tooSlow = ratio > MOST && largeMs - smallMs > NOISE_MS;
    if (tooSlow) slow++;
    console.log(
      `${name.padEnd(36)} ${smallMs.toFixed(1).padStart(6)} ms ${largeMs.toFixed(1).padStart(6)} ms  ${ratio.toFixed(2)}${tooSlow ? '  too slow' : ''}`,
    );
  }
  console.log(
    slow ? `${slow} pages cost more than ${MOST} times as much` : `no page costs more than ${MOST} times as much`,
  );
  return slow ? 1 : 0;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The address of the page after so many presses of "older". */
async function follow(visitor, path, older) {
  let at = path;
  for (let i = 0; i < older; i++) {
    const html = await visitor.read(at);
    const next = [...html.matchAll(/href="([^"]*[?&;]before=[^"]*)"/g)].at(-1)?.[1]?.replaceAll('&amp;', '&');
    if (!next) break;
    at = new URL(next, `http://host${path}`).pathname + new URL(next, `http://host${path}`).search;
  }
  return at;
}

async function signIn(url) {
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email: EMAIL, password: PASSWORD }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (answer.status !== 303 || !cookie) throw new Error(`signing in gave ${answer.status}`);
  const read = async (path) => {
    const page = await fetch(`${url}${path}`, { headers: { cookie } });
    const html = await page.text();
    if (page.status !== 200) throw new Error(`${path} gave ${page.status}`);
    return html;
  };
  return {
    read,
    time: async (path) => {
      const startedMs = performance.now();
      await read(path);
      return performance.now() - startedMs;
    },
  };
}

/** The finished portal over that database, without jobs and gateways, and an accountant who may sign in. */
async function serve(databaseUrl) {
  const from = (path) => import(new URL(`../dist/${path}`, import.meta.url));
  const [{ createApp }, { openHouse }, { createLogger }, { systemClock }] = await Promise.all([
    from('app.js'),
    from('wire.js'),
    from('platform/logger.js'),
    from('platform/clock.js'),
  ]);
  const [{ createPerson }, { issuePersonToken }, { setPasswordByToken }] = await Promise.all([
    from('staff/create-person.js'),
    from('staff/issue-person-token.js'),
    from('staff/set-password-by-token.js'),
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
      databaseUrl,
      smtpUrl: undefined,
      mailFrom: 'Bench <bench@example.test>',
      linkKeys: [{ kid: 'k1', secret: randomBytes(32) }],
      sessionKeys: [randomBytes(32).toString('hex')],
      encryptionKey: randomBytes(32),
      trustProxy: false,
      sandboxPort: 0,
      sandboxApiUrl: 'http://127.0.0.1:9',
      sandboxPublicUrl: 'http://127.0.0.1:9',
      sandboxElsewhere: true,
      viewsPerMinute: 100_000_000,
      demoPassword: '',
      logLevel: 'silent',
    },
    { clock: systemClock, log: createLogger('silent') },
  );
  const known = await house.db.read.selectFrom('person').select('id').where('email', '=', EMAIL).executeTakeFirst();
  if (!known) {
    const { id } = await createPerson(
      house,
      { email: EMAIL, name: 'The accountant', role: 'admin' },
      { kind: 'system' },
    );
    const token = await issuePersonToken(house, id, 'invite');
    await setPasswordByToken(house, 'invite', { token, password: PASSWORD }, {});
  }
  server.on('request', createApp(house));
  process.send(url);
}
