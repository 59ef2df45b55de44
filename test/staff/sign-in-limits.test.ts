import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import type { Refusal } from '../../src/platform/refusal.ts';
import { signIn } from '../../src/staff/sign-in.ts';
import { addressKey } from '../../src/staff/sign-in-limits.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, PASSWORD } from '../support/sign-in.ts';

describe.each(ENGINES)('guessing passwords (%s)', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine, config: { trustProxy: 1 } });
  });
  afterAll(() => portal.stop());

  const attempt = async (email: string, ip: string, password = 'a wrong password') => {
    try {
      await signIn(portal.house, { email, password, ip });
      return 'in';
    } catch (error) {
      return (error as Refusal).code;
    }
  };

  /** What so many guesses leave behind, without waiting for their hashes. */
  const pretendHits = (throttle_key: string, hits: number) => {
    const resets_at = new Date(portal.clock.now().getTime() + 60 * MINUTE_MS).toISOString();
    return portal.house.db.q
      .insertInto('throttle')
      .values({ throttle_key, hits, resets_at })
      .onConflict((clash) => clash.column('throttle_key').doUpdateSet({ hits, resets_at }))
      .execute();
  };

  test('from one address is stopped after eight tries, told when to come back, and possible again then', async () => {
    const { email } = await hirePerson(portal, 'clerk');
    const send = (password: string) =>
      supertest(portal.url).post('/sign-in').set('X-Forwarded-For', '192.0.2.1').type('form').send({ email, password });
    for (let i = 0; i < 8; i++) expect((await send('a wrong password')).status).toBe(422);
    const stopped = await send(PASSWORD);
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(800);
    expect(stopped.text).toContain('Please wait 15 minutes and try again.');
    portal.clock.advance(16 * MINUTE_MS);
    expect((await send(PASSWORD)).status).toBe(303);
  });

  test('does not lock the owner out elsewhere', async () => {
    const { email } = await hirePerson(portal, 'clerk');
    for (let i = 0; i < 9; i++) await attempt(email, '192.0.2.2');
    expect(await attempt(email, '192.0.2.2', PASSWORD)).toBe('too-many-sign-ins');
    expect(await attempt(email, '192.0.2.3', PASSWORD)).toBe('in');
  });

  test('at many tries at once lets no more of them through', async () => {
    const { email } = await hirePerson(portal, 'clerk');
    const codes = await Promise.all(Array.from({ length: 14 }, () => attempt(email, '192.0.2.4')));
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(8);
  });

  test('of many accounts from one address is stopped too', async () => {
    await pretendHits('sign-in 192.0.2.5', 38);
    const codes: string[] = [];
    for (let i = 0; i < 3; i++) codes.push(await attempt(`nobody${i}@example.test`, '192.0.2.5'));
    expect(codes).toEqual(['wrong-credentials', 'wrong-credentials', 'too-many-sign-ins']);
  });

  test('from many addresses is stopped for new ones, while the owner comes in from the usual one', async () => {
    const { email } = await hirePerson(portal, 'clerk');
    expect(await attempt(email, '192.0.2.6', PASSWORD)).toBe('in');
    await pretendHits(`sign-in-account ${email}`, 60);
    expect(await attempt(email, '198.51.100.1', PASSWORD)).toBe('too-many-sign-ins');
    expect(await attempt(email, '192.0.2.6', PASSWORD)).toBe('in');
  });

  test('an office that signs in all day from one address is not taken for an attacker', async () => {
    const { email } = await hirePerson(portal, 'clerk');
    await pretendHits('sign-in 192.0.2.7', 39);
    for (let i = 0; i < 3; i++) expect(await attempt(email, '192.0.2.7', PASSWORD)).toBe('in');
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the address %s is counted as %s', (ip, key) => {
  expect(addressKey(ip)).toBe(key);
});
