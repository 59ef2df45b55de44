// The finished portal over a database in a process of its own, for bench-lists.mjs: without jobs and gateways, with an
// accountant who may sign in and a link that waits to be paid.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createApp } from '../dist/app.js';
import { paths } from '../dist/paths.js';
import { systemClock } from '../dist/platform/clock.js';
import { createLogger } from '../dist/platform/logger.js';
import { createPerson } from '../dist/staff/create-person.js';
import { issuePersonToken } from '../dist/staff/issue-person-token.js';
import { setPasswordByToken } from '../dist/staff/set-password-by-token.js';
import { openHouse } from '../dist/wire.js';

const ACCOUNT = 'acc_00000000000000000000000001';
const [, , databaseUrl, email, password] = process.argv;

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
    auditAnchorFile: join(tmpdir(), 'bench-lists.audit-anchor'),
    demoPassword: '',
    logLevel: 'silent',
  },
  { clock: systemClock, log: createLogger('silent') },
);
await letSomebodyIn();
server.on('request', createApp(house));
process.send({ url, payPath: await linkToPay() });

// How long anything kept everybody else waiting.
const holds = monitorEventLoopDelay({ resolution: 1 });
process.on('message', (asked) => {
  if (asked === 'watch') {
    holds.reset();
    holds.enable();
    process.send({ watching: true });
  } else {
    holds.disable();
    process.send({ longestHoldMs: holds.max / 1e6 });
  }
});

async function letSomebodyIn() {
  const known = await house.db.read.selectFrom('person').select('id').where('email', '=', email).executeTakeFirst();
  if (known) return;
  const { id } = await createPerson(house, { email, name: 'The accountant', role: 'admin' }, { kind: 'system' });
  const token = await issuePersonToken(house, id, 'invite');
  await setPasswordByToken(house, 'invite', { token, password }, {});
}

/** The address of the last invoice's link; the same one for every run. */
async function linkToPay() {
  const { db } = house;
  const invoice = await db.read
    .selectFrom('payable')
    .select(['id', 'customer_id', 'currency'])
    .where('kind', '=', 'invoice')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const id = `lnk_${'9'.repeat(26)}`;
  const now = systemClock.now();
  const expires = new Date(now.getTime() + 30 * 86_400_000);
  await db.tx(async () => {
    const fresh = await db.q
      .insertInto('link')
      .values({
        id,
        kind: 'pay',
        customer_id: invoice.customer_id,
        account_id: ACCOUNT,
        currency: invoice.currency,
        terms: 'full',
        created_at: now.toISOString(),
        expires_at: expires.toISOString(),
      })
      .onConflict((clash) => clash.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (fresh)
      await db.q.insertInto('link_payable').values({ link_id: id, payable_id: invoice.id, position: 1 }).execute();
  });
  const link = await db.read.selectFrom('link').select('created_at').where('id', '=', id).executeTakeFirstOrThrow();
  return paths.pay(house.linkTokens.sign('pay', id, link.created_at));
}
