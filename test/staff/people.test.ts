import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import type { Refusal } from '../../src/platform/refusal.ts';
import { changeRole } from '../../src/staff/change-role.ts';
import { disablePerson } from '../../src/staff/disable-person.ts';
import { readPerson } from '../../src/staff/staff.store.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, PASSWORD, type SignedInBrowser, signIn, signInAs } from '../support/sign-in.ts';

describe.each(ENGINES)('people (%s)', (engine) => {
  let portal: TestHouse;
  let admin: SignedInBrowser;
  beforeAll(async () => {
    portal = await startHouse({ engine });
    admin = await signIn(portal, 'admin');
  });
  afterAll(() => portal.stop());

  test('who is disabled is out with the next click, and in again when enabled', async () => {
    const clerk = await signIn(portal, 'clerk');
    expect((await admin.post(paths.disablePerson(clerk.person.id))).status).toBe(303);
    expect((await clerk.get('/')).headers.location).toBe('/sign-in');
    await expect(signInAs(portal, clerk.person)).rejects.toThrow('422');
    const rows = await portal.house.db.read
      .selectFrom('session')
      .select('id')
      .where('person_id', '=', clerk.person.id)
      .execute();
    expect(rows).toEqual([]);
    await admin.post(paths.enablePerson(clerk.person.id));
    await signInAs(portal, clerk.person);
  });

  test('a session that a request under way writes back is worth nothing', async () => {
    const clerk = await signIn(portal, 'clerk');
    const { db } = portal.house;
    const row = await db.read
      .selectFrom('session')
      .selectAll()
      .where('person_id', '=', clerk.person.id)
      .executeTakeFirstOrThrow();
    await changeRole(portal.house, clerk.person.id, 'accountant', { kind: 'system' });
    await db.q.insertInto('session').values(row).execute();
    expect((await clerk.get('/')).headers.location).toBe('/sign-in');
  });

  test('a new role counts at once and ends open sessions', async () => {
    const clerk = await signIn(portal, 'clerk');
    await admin.post(paths.person(clerk.person.id), { role: 'accountant' });
    expect((await clerk.get('/')).headers.location).toBe('/sign-in');
    expect((await readPerson(portal.house.db, clerk.person.id)).role).toBe('accountant');
  });

  test('an administrator cannot disable or demote himself', async () => {
    const disabled = await admin.post(paths.disablePerson(admin.person.id));
    expect(disabled.status).toBe(409);
    expect(disabled.text).toContain('You cannot disable yourself.');
    const demoted = await admin.post(paths.person(admin.person.id), { role: 'clerk' });
    expect(demoted.status).toBe(409);
    expect((await admin.get(paths.people())).status).toBe(200);
  });

  test('two administrators who remove each other at once leave one', async () => {
    const other = await startHouse({ engine });
    try {
      const first = await hirePerson(other, 'admin');
      const second = await hirePerson(other, 'admin');
      const results = await Promise.allSettled([
        disablePerson(other.house, first.id, { kind: 'person', id: second.id }),
        changeRole(other.house, second.id, 'clerk', { kind: 'person', id: first.id }),
      ]);
      const refused = results.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Refusal).code] : []));
      expect(refused).toEqual(['last-admin']);
    } finally {
      await other.stop();
    }
  });

  test('changing the own password needs the present one, and signs out everywhere else', async () => {
    const here = await signIn(portal, 'clerk');
    const elsewhere = await signInAs(portal, here.person);
    const next = 'nine green anchors';
    const wrong = await here.post(paths.ownPassword(), { current: 'not my password', password: next, again: next });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('This is not your password.');
    const right = await here.post(paths.ownPassword(), { current: PASSWORD, password: next, again: next });
    expect(right.status).toBe(303);
    expect((await here.get('/')).status).toBe(200);
    expect((await elsewhere.get('/')).headers.location).toBe('/sign-in');
    await signInAs(portal, here.person, next);
  });

  test('a stolen session cannot guess the present password for long', async () => {
    const clerk = await signIn(portal, 'clerk');
    const next = 'nine green anchors';
    const guess = () => clerk.post(paths.ownPassword(), { current: 'a guess or two', password: next, again: next });
    for (let i = 0; i < 8; i++) expect((await guess()).status).toBe(422);
    const stopped = await guess();
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('what was done to a person stands on their page, with who did it', async () => {
    const clerk = await hirePerson(portal, 'clerk');
    await admin.post(paths.disablePerson(clerk.id));
    const page = await admin.get(paths.person(clerk.id));
    expect(page.text).toContain('Disabled by The admin');
    expect((await admin.get(paths.person('per_unknown'))).status).toBe(404);
  });
});
