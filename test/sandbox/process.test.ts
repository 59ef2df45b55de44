import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ACME, OTHER, playSandbox } from './play-sandbox.ts';

const MAIN = join(import.meta.dirname, '../../dist/sandbox/main.js');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The sandbox as `npm run sandbox` and the portal start it. */
function start(env: Record<string, string>) {
  const child = fork(MAIN, [], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}

test('what happened, the keys and the unsent letters outlive a restart', async () => {
  const file = join(folder, 'ledger.sqlite');
  const webhookUrl = 'http://127.0.0.1:9/';
  const accounts = [{ ...ACME, webhookUrl }];
  const first = await playSandbox({ file, accounts, webhookRetryDelaysMs: [60_000] });
  const make = {
    amount: 1250,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_visa',
    return_url: 'http://x.test/',
  };
  const paid = await first.stripe.paymentIntents.create(make, { idempotencyKey: 'once' });
  await first.close();

  const second = await playSandbox({ file, accounts, webhookRetryDelaysMs: [60_000] });
  try {
    expect(await second.stripe.paymentIntents.retrieve(paid.id)).toMatchObject({ status: 'succeeded' });
    const again = await second.stripe.paymentIntents.create(make, { idempotencyKey: 'once' });
    expect(again.id).toBe(paid.id);
    const { failed } = await second.control<{ failed: number }>('POST', '/webhooks/flush');
    expect(failed).toBeGreaterThanOrEqual(3);
  } finally {
    await second.close();
  }
});

test('the process makes demo keys, says when it is ready, and ends with its parent', async () => {
  const { child, output } = start({ SANDBOX_PORT: '0' });
  const [message] = (await once(child, 'message')) as [{ ready: boolean; port: number }];
  expect(message).toEqual({ ready: true, port: expect.any(Number) });
  const key = /sk_test_\w+/.exec(output())![0];
  const answer = await fetch(`http://127.0.0.1:${message.port}/v1/account`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBe(200);
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the process plays the accounts that its parent tells it of, and says what it cannot take', async () => {
  const { child, output } = start({ SANDBOX_PORT: '0', SANDBOX_ACCOUNTS: '[]' });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const statusFor = async ({ secretKey }: typeof ACME) =>
    (await fetch(`http://127.0.0.1:${port}/v1/account`, { headers: { authorization: `Bearer ${secretKey}` } })).status;
  const tell = async (accounts: object[], reply: number) => {
    child.send({ accounts, reply });
    return ((await once(child, 'message')) as [{ reply: number; fault?: string }])[0];
  };
  expect(await statusFor(ACME)).toBe(401);
  expect(await tell([ACME], 1)).toEqual({ reply: 1 });
  expect(await tell([ACME, OTHER], 2)).toEqual({ reply: 2 });
  expect([await statusFor(ACME), await statusFor(OTHER)]).toEqual([200, 200]);
  const { fault } = await tell([{ ...OTHER, secretKey: 'sk_live_1' }], 3);
  expect(fault).toContain('live keys');
  expect(await statusFor(OTHER)).toBe(200);
  expect(output()).not.toContain(OTHER.secretKey);
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('the process ends in good order when told to', async () => {
  const { child } = start({ SANDBOX_PORT: '0', SANDBOX_ACCOUNTS: JSON.stringify([ACME]) });
  await once(child, 'message');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a taken port is said in one sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { child, output } = start({ SANDBOX_PORT: String(port) });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toBe(`Port ${port} is taken: stop what listens there, or name another in SANDBOX_PORT.\n`);
  taken.close();
});

test('the process refuses live keys', async () => {
  const live = [{ ...ACME, secretKey: 'sk_live_1' }];
  const { child, output } = start({ SANDBOX_PORT: '0', SANDBOX_ACCOUNTS: JSON.stringify(live) });
  expect(await once(child, 'exit')).toEqual([1, null]);
  expect(output()).toContain('live keys');
});
