import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../support/house.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const VERIFY = fileURLToPath(new URL('../../dist/commands/verify.js', import.meta.url));

interface Started {
  child: ChildProcess;
  /** All that was printed, both streams. */
  said(): string;
  ended: Promise<number | null>;
}

describe('the first start', () => {
  let folder: string;
  let ports: { PORT: string; SANDBOX_PORT: string };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portal-start-'));
    ports = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()) };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const children: ChildProcess[] = [];
  // A killed portal closes the channel to its sandbox, which ends with it.
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  function start(env: Record<string, string>, cwd = folder, file = MAIN): Started {
    const child = spawn(process.execPath, [file], {
      cwd,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    return { child, said: () => text, ended: new Promise((resolve) => child.once('exit', resolve)) };
  }
  async function until(started: Started, words: RegExp): Promise<string> {
    for (let i = 0; i < 400 && !words.test(started.said()); i++) await new Promise((resume) => setTimeout(resume, 50));
    expect(started.said()).toMatch(words);
    return started.said();
  }

  async function firstAnswer(url: string): Promise<Response> {
    for (;;) {
      const answered = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((error) => {
        if (error.cause?.code !== 'ECONNREFUSED') throw error;
      });
      if (answered) return answered;
      await new Promise((resume) => setTimeout(resume, 20));
    }
  }

  test('needs no configuration: it tells where to look, how to sign in, and a link that can be paid', async () => {
    const first = start(ports);
    // Whoever comes while the demo company is still made gets an answer too.
    expect((await firstAnswer(`http://127.0.0.1:${ports.PORT}/healthz`)).status).toBe(200);
    const said = await until(first, /security code/);
    for (const file of ['secrets.env', 'portal.db']) {
      expect(statSync(join(folder, 'data', file)).mode & 0o777).toBe(0o600);
    }
    expect(said).toContain(`http://localhost:${ports.PORT}`);
    for (const role of ['admin', 'clerk', 'accountant']) expect(said).toContain(`${role}@demo.example`);
    const link = /http:\/\/localhost:\d+\/pay\/\S+/.exec(said)?.[0] ?? '';
    const page = await fetch(link.replace('localhost', '127.0.0.1'));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('€1,250.00');

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${ports.SANDBOX_PORT}/`)).rejects.toThrow();

    const password = /Password\s+(\S+)/.exec(said)?.[1];
    const second = start(ports);
    const again = await until(second, /security code/);
    expect(/Password\s+(\S+)/.exec(again)?.[1]).toBe(password);
    expect(/\/pay\/\S+/.exec(again)?.[0]).toBe(/\/pay\/\S+/.exec(said)?.[0]);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);

    // Its sandbox has ended too: the books are held against the promises, and the gateway's silence is said.
    const verify = start(ports, folder, VERIFY);
    expect(await verify.ended).toBe(2);
    expect(verify.said()).toMatch(/^ok {5}9\. .*\nThe payment service does not answer\./m);
  }, 60_000);

  test('says in one sentence that a port is taken', async () => {
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    const started = start({ ...ports, PORT: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.said()).toContain(`Port ${port} is taken`);
    expect(started.said()).not.toContain('    at ');
    squatter.close();
  }, 30_000);

  test("says which port is taken when it is the sandbox's", async () => {
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    const started = start({ ...ports, SANDBOX_PORT: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.said()).toMatch(new RegExp(`Port ${port} is taken.*SANDBOX_PORT`));
    expect(started.said()).not.toContain('    at ');
    squatter.close();
  }, 30_000);

  test('does not blame a port when the sandbox cannot open its file', async () => {
    const place = mkdtempSync(join(tmpdir(), 'portal-start-'));
    mkdirSync(join(place, 'data/sandbox.db'), { recursive: true });
    const started = start(ports, place);
    expect(await started.ended).toBe(1);
    expect(started.said()).toContain('unable to open database file');
    expect(started.said()).not.toContain('is taken');
    rmSync(place, { recursive: true });
  }, 30_000);

  test('says in one sentence that it cannot write its data', async () => {
    const place = mkdtempSync(join(tmpdir(), 'portal-start-'));
    writeFileSync(join(place, 'data'), 'a file where the folder should be');
    const started = start(ports, place);
    expect(await started.ended).toBe(1);
    expect(started.said()).toContain('cannot be written to');
    expect(started.said()).not.toContain('    at ');
    rmSync(place, { recursive: true });
  }, 30_000);

  test('in production lists everything that is missing, and makes nothing up', async () => {
    const started = start({
      ...ports,
      NODE_ENV: 'production',
      LINK_KEYS: 'k1:short',
      BASE_URL: 'http://pay.example.com',
    });
    expect(await started.ended).toBe(1);
    for (const name of ['SESSION_KEYS', 'ENCRYPTION_KEY', 'LINK_KEYS', 'https://', 'SMTP_URL', 'MAIL_FROM']) {
      expect(started.said()).toContain(name);
    }
  }, 30_000);
});
