import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Link } from '../../src/links/link.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import type { PayRequest } from '../../src/payments/start-payment.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { type Engine, freePort } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_BOUNDARIES = 80;
/** Fewer would mean that the killing hook does not see the steps any more. */
const LEAST_BOUNDARIES = 10;
/**
 * `npm run proofs` tries every aftermath at every step on both engines; the suite tries every fourth step with the
 * aftermaths in turn, on the usual engine.
 */
const STRIDE = process.env.PROOFS ? 1 : 4;
const KILL_ENGINES: Engine[] =
  process.env.PROOFS && process.env.TEST_POSTGRES_URL ? ['sqlite', 'postgres'] : ['sqlite'];

interface Portal {
  child: ChildProcess;
  ended: Promise<void>;
  url: string;
}

/** After the kill: the payer presses again, or is gone and the sweeper finds what is there. */
type Aftermath = 'the payer sends it again' | 'the payer is gone';
const AFTERMATHS: Array<[when: string, at: (killAt: number) => Aftermath]> = process.env.PROOFS
  ? [
      ['the payer sends it again', () => 'the payer sends it again'],
      ['the payer is gone', () => 'the payer is gone'],
    ]
  : [
      [
        'the payer sends it again or is gone, in turn',
        (killAt) => (killAt % 2 ? 'the payer sends it again' : 'the payer is gone'), // 1, 4, 7: odd and even in turn
      ],
    ];

describe.each(KILL_ENGINES)('a portal on %s that is killed while somebody pays', (engine) => {
  let till: Till;
  let folder: string;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
    folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'portal-kill-'));
    await somebodySoThatNoDemoIsMade();
  });
  afterAll(async () => {
    await till.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(AFTERMATHS)(
    'between two steps: one charge and one receipt, or none of both, when %s',
    async (_when, aftermathAt) => {
      let survived = false;
      let next = portalThatDiesAt(1);
      for (let killAt = 1; !survived; killAt += STRIDE) {
        expect(killAt).toBeLessThan(MOST_BOUNDARIES);
        const portal = await next;
        const aftermath = aftermathAt(killAt);
        // The next one starts while this one is looked at: most of the time goes into starting.
        next = portalThatDiesAt(killAt + STRIDE);
        const link = await till.aLink((await anInvoice(till.house)).id);
        const press = await till.press(link);
        survived = (await payAndDie(portal, link, press)) === 'survived';
        if (aftermath === 'the payer sends it again') await payAgain(link, press);
        await timePasses();
        await holdsFor(link, aftermath, killAt);
        if (survived) expect(killAt).toBeGreaterThan(LEAST_BOUNDARIES);
      }
      await end(await next);
    },
    120_000,
  );

  /** One portal process for one payment; it dies at its boundary, or answers. */
  async function payAndDie(portal: Portal, link: Link, press: PayRequest): Promise<'died' | 'survived'> {
    const answered = await postPress(portal.url, link, press).catch(() => undefined);
    if (answered) expect(answered.status).toBe(200);
    await end(portal);
    return answered ? 'survived' : 'died';
  }

  function portalThatDiesAt(killAt: number): Promise<Portal> {
    return startPortal({ KILL_AT: String(killAt) }, ['--import', join(ROOT, 'test/faults/kill-at.mjs')]);
  }

  async function end(portal: Portal): Promise<void> {
    portal.child.kill('SIGKILL');
    await portal.ended;
  }

  async function payAgain(link: Link, press: PayRequest): Promise<void> {
    const response = await postPress(till.url, link, press);
    expect([200, 409]).toContain(response.status);
  }

  async function timePasses(): Promise<void> {
    for (let minute = 0; minute < 12; minute += 2) {
      till.clock.advance(2 * 60_000);
      await sweepPayments(till.house);
      await retryEvents(till.house);
    }
    // The killed portals live in real time: a link of the future would be no link to them.
    till.clock.advance(-12 * 60_000);
  }

  async function holdsFor(link: Link, aftermath: Aftermath, killAt: number): Promise<void> {
    const broken = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))].flatMap(
      (one) => one.broken,
    );
    expect({ killAt, broken }).toEqual({ killAt, broken: [] });
    const rows = await till.house.db.read
      .selectFrom('payment')
      .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
      .select(['payment.id', 'payment.state', 'receipt.number'])
      .where('payment.link_id', '=', link.id)
      .execute();
    expect(rows.length).toBeLessThanOrEqual(1);
    const [row] = rows;
    const charged = (await till.intents()).filter(
      (one) => one.metadata.payment === row?.id && one.status === 'succeeded',
    );
    expect({ killAt, charges: charged.length }).toEqual({ killAt, charges: row?.number ? 1 : 0 });
    expect(row?.number ? ['paid'] : ['ready', 'cancelled', undefined]).toContain(row?.state);
    if (aftermath === 'the payer sends it again' && !row)
      throw new Error(`killed at ${killAt}: the second press did nothing`);
  }

  async function postPress(url: string, link: Link, press: PayRequest): Promise<Response> {
    const { submissionId, confirmationToken, saveCard, agreed, payerEmail } = press;
    return fetch(`${url}${new URL(linkUrl(till.house, link)).pathname}/attempts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ submissionId, confirmationToken, saveCard, agreed, payerEmail }),
    });
  }

  async function startPortal(env: Record<string, string>, nodeArgs: string[]): Promise<Portal> {
    const { config } = till.house;
    const port = await freePort();
    const child = spawn(process.execPath, [...nodeArgs, join(ROOT, 'dist/main.js')], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        BASE_URL: config.baseUrl,
        DATABASE_URL: config.databaseUrl,
        LINK_KEYS: config.linkKeys.map(({ kid, secret }) => `${kid}:${secret.toString('utf8')}`).join(','),
        SESSION_KEYS: config.sessionKeys.join(','),
        ENCRYPTION_KEY: config.encryptionKey.toString('base64url'),
        SANDBOX_API_URL: till.sandboxUrl,
        LOG_LEVEL: process.env.KILL_TRACE ? 'warn' : 'fatal',
        ...env,
      },
      stdio: ['ignore', 'pipe', process.env.KILL_TRACE ? 'inherit' : 'ignore'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await untilListening(child);
    return { child, ended, url: `http://127.0.0.1:${port}` };
  }

  function untilListening(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the portal did not start')));
      child.stdout?.once('data', () => resolve());
    });
  }

  async function somebodySoThatNoDemoIsMade(): Promise<void> {
    await till.house.db.q
      .insertInto('person')
      .values({
        id: 'per_test',
        email: 'somebody@example.test',
        email_key: 'somebody@example.test',
        name: 'Somebody',
        role: 'clerk',
        password_hash: null,
        created_at: till.clock.now().toISOString(),
        last_sign_in_at: null,
        disabled_at: null,
        session_epoch: 0,
      })
      .execute();
  }
});
