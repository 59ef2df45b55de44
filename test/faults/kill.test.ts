import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linkUrl } from '../../src/links/link-url.ts';
import { paths } from '../../src/paths.ts';
import { readPayables } from '../../src/payables/payables.store.ts';
import { agreedTerms } from '../../src/payments/agreed-terms.ts';
import { sweepPayments } from '../../src/payments/sweep-payments.ts';
import { newId } from '../../src/platform/ids.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { checkGateway } from '../../src/reconcile/check-gateway.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { type Engine, freePort } from '../support/house.ts';
import { anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MOST_BOUNDARIES = 80;
/** Fewer would mean that the killing hook does not see the steps any more. */
const LEAST_BOUNDARIES = 10;
/**
 * `npm run proofs` tries every aftermath at every step on both engines; the suite tries every eleventh step with the
 * aftermaths in turn, on the usual engine, and begins each deed at another step.
 */
const STRIDE = process.env.PROOFS ? 1 : 11;
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
        (killAt) => (killAt % 2 ? 'the payer sends it again' : 'the payer is gone'), // odd and even in turn
      ],
    ];

/** A press of "Pay" that can be sent to any portal, again and again. */
interface Press {
  payableId: string;
  send(portalUrl: string): Promise<Response>;
}

type Deed = 'a customer pays a link' | 'a clerk charges a kept card' | 'a bank stops the clerk’s charge';
const DEEDS: Deed[] = ['a customer pays a link', 'a clerk charges a kept card', 'a bank stops the clerk’s charge'];
const TRIED = DEEDS.flatMap((deed) => AFTERMATHS.map(([when, at]) => [deed, when, at] as const));

describe.each(KILL_ENGINES)('a portal on %s that is killed', (engine) => {
  let till: Till;
  let clerk: SignedInBrowser;
  let folder: string;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
    folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'portal-kill-'));
    // Somebody works here, so that the portals make no demo.
    clerk = await signIn(till, 'clerk');
    await clerk.csrf();
  });
  afterAll(async () => {
    await till.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(TRIED)(
    'while %s: one charge and one receipt, or none of both, when %s',
    async (deed, _when, aftermathAt) => {
      let survived = false;
      const first = 1 + ((DEEDS.indexOf(deed) * 4) % STRIDE);
      let next = portalThatDiesAt(first);
      for (let killAt = first; !survived; killAt += STRIDE) {
        expect(killAt).toBeLessThan(MOST_BOUNDARIES);
        const portal = await next;
        const aftermath = aftermathAt(killAt);
        // The next one starts while this one is looked at: most of the time goes into starting.
        next = portalThatDiesAt(killAt + STRIDE);
        const press = await prepare(deed);
        survived = (await pressAndDie(portal, press)) === 'survived';
        if (aftermath === 'the payer sends it again') await pressAgain(press);
        await timePasses();
        await holdsFor(deed, press, aftermath, killAt);
        if (survived) expect(killAt).toBeGreaterThan(LEAST_BOUNDARIES);
      }
      await end(await next);
    },
    120_000,
  );

  async function prepare(deed: Deed): Promise<Press> {
    if (deed === 'a customer pays a link') return pressOnLink();
    return pressInOffice(deed === 'a clerk charges a kept card' ? CARDS.good : CARDS.challenge);
  }

  async function pressOnLink(): Promise<Press> {
    const payableId = (await anInvoice(till.house)).id;
    const link = await till.aLink(payableId);
    const { submissionId, confirmationToken, saveCard, agreed, payerEmail } = await till.press(link);
    const path = `${new URL(linkUrl(till.house, link)).pathname}/attempts`;
    return {
      payableId,
      send: (url) =>
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ submissionId, confirmationToken, saveCard, agreed, payerEmail }),
        }),
    };
  }

  async function pressInOffice(card: string): Promise<Press> {
    const { customerId, cardId } = await till.aKeptCard(card);
    const payableId = (await anInvoice(till.house, { customerId })).id;
    const form = new URLSearchParams({
      _csrf: await clerk.csrf(),
      accountId: till.account.id,
      card: cardId,
      amount: '125.00',
      payerEmail: '',
      agreed: agreedTerms(await readPayables(till.house.db, [payableId])),
      submissionId: newId('req'),
      confirmationToken: '',
    });
    return {
      payableId,
      send: (url) =>
        fetch(`${url}${paths.chargeAttempts(payableId)}`, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: clerk.cookie, origin: till.url },
          body: form,
        }),
    };
  }

  /** One portal process for one press; it dies at its boundary, or answers. */
  async function pressAndDie(portal: Portal, press: Press): Promise<'died' | 'survived'> {
    const answered = await press.send(portal.url).catch(() => undefined);
    if (answered) expect([200, 303]).toContain(answered.status);
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

  async function pressAgain(press: Press): Promise<void> {
    const response = await press.send(till.url);
    expect([200, 303, 409]).toContain(response.status);
  }

  async function timePasses(): Promise<void> {
    for (let minute = 0; minute < 12; minute += 2) {
      till.clock.advance(2 * 60_000);
      await sweepPayments(till.house);
      await retryEvents(till.house);
    }
    // The killed portals live in real time: a link of the future would be no link to them, and an hour in which
    // one clerk meets as many declines as here would be long over.
    till.clock.advance(-12 * 60_000);
    await till.house.db.q.deleteFrom('throttle').execute();
  }

  async function holdsFor(deed: Deed, { payableId }: Press, aftermath: Aftermath, killAt: number): Promise<void> {
    const broken = [...(await checkBooks(till.house.db)), ...(await checkGateway(till.house))].flatMap(
      (one) => one.broken,
    );
    expect({ killAt, broken }).toEqual({ killAt, broken: [] });
    const rows = await till.house.db.read
      .selectFrom('payment_payable')
      .innerJoin('payment', 'payment.id', 'payment_payable.payment_id')
      .innerJoin('attempt', 'attempt.id', 'payment.attempt_id')
      .leftJoin('receipt', 'receipt.payment_id', 'payment.id')
      .select(['payment.id', 'payment.state', 'receipt.number', 'attempt.state as attempt_state'])
      .where('payment_payable.payable_id', '=', payableId)
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
    if (deed === 'a bank stops the clerk’s charge') await isHandedOverOnce(row, killAt);
  }

  /** Either the bank's word is known here, and the customer has one letter with one link, or it is not and nobody has. */
  async function isHandedOverOnce(row: { id: string; attempt_state: string } | undefined, killAt: number) {
    const letters = await till.house.db.read
      .selectFrom('link')
      .innerJoin('letter', 'letter.link_id', 'link.id')
      .select('letter.id')
      .where('link.payment_id', '=', row?.id ?? '')
      .execute();
    const told = row?.attempt_state === 'declined' ? 1 : 0;
    expect({ killAt, letters: letters.length }).toEqual({ killAt, letters: told });
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
});
