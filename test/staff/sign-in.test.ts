import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/platform/clock.ts';
import { ABSOLUTE_MS } from '../../src/platform/web/sessions.ts';
import { disablePerson } from '../../src/staff/disable-person.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, PASSWORD, signIn } from '../support/sign-in.ts';

describe.each(ENGINES)('signing in (%s)', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  const send = (fields: Record<string, string>) =>
    supertest(portal.url).post(paths.signIn()).set('Origin', portal.url).type('form').send(fields);

  test("with the right password one reaches the home page, and sees one's name there", async () => {
    const clerk = await signIn(portal, 'clerk');
    const home = await clerk.get('/');
    expect(home.status).toBe(200);
    expect(home.text).toContain('The clerk');
  });

  test('the address may be written in capitals', async () => {
    const person = await hirePerson(portal, 'clerk');
    const answer = await send({ email: ` ${person.email.toUpperCase()} `, password: PASSWORD });
    expect(answer.status).toBe(303);
  });

  test('a wrong password, an unknown account and a disabled one get the very same page', async () => {
    const clerk = await hirePerson(portal, 'clerk');
    const gone = await hirePerson(portal, 'clerk');
    await disablePerson(portal.house, gone.id, { kind: 'system' });
    const page = async (email: string, password: string) => {
      const answer = await send({ email, password });
      return { status: answer.status, html: answer.text.replaceAll(email, 'EMAIL') };
    };
    const wrong = await page(clerk.email, 'not the password');
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('The e-mail address or the password is not right.');
    expect(wrong.html).not.toContain('not the password');
    expect(await page('nobody@example.test', 'not the password')).toEqual(wrong);
    expect(await page(gone.email, PASSWORD)).toEqual(wrong);
  });

  test('an unknown account takes as much work to refuse as a known one', async () => {
    const known = await hirePerson(portal, 'clerk');
    // Time on the processor, which other programs do not change; the portal runs in this process.
    const workMs = async (email: string) => {
      const before = process.cpuUsage();
      await send({ email, password: 'not the password' });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    let [knownMs, unknownMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let i = 0; i < 6; i++) {
      knownMs = Math.min(knownMs, await workMs(known.email));
      unknownMs = Math.min(unknownMs, await workMs(`unknown${i}@example.test`));
    }
    // Without the stand-in hash an unknown account would be answered with a fraction of the work.
    expect(unknownMs).toBeGreaterThan(knownMs * 0.6);
  });

  test('the session gets a new id at sign-in, so a planted one is worth nothing', async () => {
    const person = await hirePerson(portal, 'clerk');
    const agent = supertest.agent(portal.url);
    const form = { email: person.email, password: PASSWORD };
    const first = await agent.post(paths.signIn()).type('form').send(form);
    const planted = String(first.headers['set-cookie']).split(';')[0] as string;
    const second = await agent.post(paths.signIn()).set('Cookie', planted).type('form').send(form);
    expect(String(second.headers['set-cookie']).split(';')[0]).not.toBe(planted);
    const old = await supertest(portal.url).get('/').set('Cookie', planted);
    expect(old.headers.location).toBe('/sign-in');
  });

  test('after signing out the cookie opens nothing', async () => {
    const clerk = await signIn(portal, 'clerk');
    expect((await clerk.post(paths.signOut())).headers.location).toBe('/sign-in');
    expect((await clerk.get(paths.signIn())).text).toContain('You are signed out.');
    expect((await supertest(portal.url).get('/').set('Cookie', clerk.cookie)).headers.location).toBe('/sign-in');
  });

  test('after twelve hours one has to sign in again, however busy one was', async () => {
    const ahead = await startHouse({ engine });
    try {
      const clerk = await signIn(ahead, 'clerk');
      for (let passedMs = 0; passedMs < ABSOLUTE_MS - HOUR_MS; passedMs += HOUR_MS) {
        ahead.clock.advance(HOUR_MS);
        expect((await clerk.get('/')).status).toBe(200);
      }
      ahead.clock.advance(HOUR_MS);
      expect((await clerk.get('/')).headers.location).toBe('/sign-in');
    } finally {
      await ahead.stop();
    }
  });

  test('after two hours without a click one has to sign in again', async () => {
    const ahead = await startHouse({ engine });
    try {
      const clerk = await signIn(ahead, 'clerk');
      ahead.clock.advance(121 * MINUTE_MS);
      expect((await clerk.get('/')).headers.location).toBe('/sign-in');
    } finally {
      await ahead.stop();
    }
  });

  test('a cookie that is not secret to scripts or other sites is never set', async () => {
    const person = await hirePerson(portal, 'clerk');
    const answer = await send({ email: person.email, password: PASSWORD });
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
