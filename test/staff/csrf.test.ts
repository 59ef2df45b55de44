import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { listPeople } from '../../src/staff/staff.store.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

describe('a form that another site sends with the cookies of an administrator', () => {
  let portal: TestHouse;
  let admin: SignedInBrowser;
  beforeAll(async () => {
    portal = await startHouse();
    admin = await signIn(portal, 'admin');
  });
  afterAll(() => portal.stop());

  const invite = (fields: Record<string, string>, headers: Record<string, string>) =>
    admin.agent
      .post(paths.invitePerson())
      .set(headers)
      .type('form')
      .send({ name: 'Mallory', email: 'mallory@example.test', role: 'admin', ...fields });
  const hasMallory = async () => (await listPeople(portal.house.db)).some((one) => one.name === 'Mallory');

  test.each([
    ['a foreign origin', { Origin: 'https://evil.test' }],
    ['no origin that can be named', { Origin: 'null' }],
    ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a neighbouring host', { 'Sec-Fetch-Site': 'same-site' }],
  ])('is refused by %s, even with the right token', async (_, headers) => {
    const answer = await invite({ _csrf: await admin.csrf() }, headers);
    expect(answer.status).toBe(403);
    expect(await hasMallory()).toBe(false);
  });

  test('is refused without a token', async () => {
    expect((await invite({}, { Origin: portal.url })).status).toBe(403);
    expect(await hasMallory()).toBe(false);
  });

  test("is refused with the token of somebody else's session", async () => {
    const other = await signIn(portal, 'admin');
    expect((await invite({ _csrf: await other.csrf() }, { Origin: portal.url })).status).toBe(403);
    expect(await hasMallory()).toBe(false);
  });

  test('is refused as an upload, whose fields nobody has read yet', async () => {
    const target = await signIn(portal, 'clerk');
    const answer = await admin.agent
      .post(paths.disablePerson(target.person.id))
      .set('Origin', portal.url)
      .field('_csrf', await admin.csrf());
    expect(answer.status).toBe(403);
    expect((await target.get('/')).status).toBe(200);
  });

  test('is refused with the method in lower or unusual writing', async () => {
    const answer = await supertest(portal.url).delete(paths.people()).set('Origin', 'https://evil.test');
    expect(answer.status).toBe(403);
  });

  test('goes through from our own page', async () => {
    const answer = await admin.post(paths.invitePerson(), {
      name: 'Grace',
      email: 'grace@example.test',
      role: 'clerk',
    });
    expect(answer.status).toBe(303);
  });

  test('may carry the token in a header, as scripts of ours do', async () => {
    const answer = await admin.agent
      .post(paths.invitePerson())
      .set({ Origin: portal.url, 'x-csrf-token': await admin.csrf() })
      .type('form')
      .send({ name: 'Edsger', email: 'edsger@example.test', role: 'clerk' });
    expect(answer.status).toBe(303);
  });
});
