import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson } from '../support/sign-in.ts';

const NEW_PASSWORD = 'seven loud herons';

describe('npm run create-admin', () => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse();
  });
  afterAll(() => portal.stop());

  async function run(args: string[], { env = {}, input = '' } = {}) {
    const child: ChildProcess = spawn(process.execPath, ['dist/commands/create-admin.js', ...args], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: portal.house.config.databaseUrl,
        BASE_URL: portal.url,
        LINK_KEYS: `k1:${randomBytes(32).toString('base64url')}`,
        SESSION_KEYS: randomBytes(32).toString('base64url'),
        ENCRYPTION_KEY: randomBytes(32).toString('base64url'),
        ...env,
      },
    });
    child.stdin?.end(input);
    const exit = new Promise<number | null>((done) => child.on('close', done));
    const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    return { code: await exit, out, err };
  }

  test('prints a link by which the first administrator chooses a password', async () => {
    const email = 'first@example.test';
    const { code, out } = await run(['--email', email, '--name', 'First Admin']);
    expect(code).toBe(0);
    const path = new URL(/https?:\S+/.exec(out)?.[0] ?? '').pathname;
    const chosen = { name: 'First Admin', password: NEW_PASSWORD, again: NEW_PASSWORD };
    await supertest(portal.url).post(path).type('form').send(chosen).expect(303);
    const agent = supertest.agent(portal.url);
    await agent.post(paths.signIn()).type('form').send({ email, password: NEW_PASSWORD }).expect(303);
    await agent.get(paths.people()).expect(200);
  });

  test('takes a password from standard input, and refuses a weak one', async () => {
    const email = 'second@example.test';
    const args = ['--email', email, '--name', 'Second', '--password-stdin'];
    const weak = await run(args, { input: 'short\n' });
    expect(weak.code).toBe(1);
    expect(weak.err).toContain('Use at least 12 characters.');
    const good = await run(args, { input: `${NEW_PASSWORD}\n` });
    expect(good.code).toBe(0);
    expect(good.out).not.toContain('/welcome/');
    await supertest(portal.url).post(paths.signIn()).type('form').send({ email, password: NEW_PASSWORD }).expect(303);
  });

  test('makes nobody administrator who works here as something else', async () => {
    const clerk = await hirePerson(portal, 'clerk');
    const { code, err } = await run(['--email', clerk.email, '--name', 'Clerk']);
    expect(code).toBe(1);
    expect(err).toContain('is no administrator but clerk');
  });

  test('says all that is wrong with the configuration at once', async () => {
    const env = { NODE_ENV: 'production', LINK_KEYS: '', SESSION_KEYS: 'short', ENCRYPTION_KEY: '', BASE_URL: '' };
    const { code, err } = await run(['--email', 'x@example.test', '--name', 'X'], { env });
    expect(code).toBe(1);
    for (const name of ['LINK_KEYS', 'SESSION_KEYS', 'ENCRYPTION_KEY', 'BASE_URL', 'SMTP_URL', 'MAIL_FROM']) {
      expect(err).toContain(name);
    }
    expect(err).not.toContain('at loadConfig');
  });
});
