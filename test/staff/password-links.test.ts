import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { DAY_MS, HOUR_MS } from '../../src/platform/clock.ts';
import { disablePerson } from '../../src/staff/disable-person.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { letterTo, pathIn } from '../support/letters.ts';
import { hirePerson, PASSWORD, signIn, signInAs } from '../support/sign-in.ts';

const NEW_PASSWORD = 'seven loud herons';

describe.each(ENGINES)('links in letters to staff (%s)', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  const web = () => supertest(portal.url);
  const ask = (email: string) => web().post(paths.forgot()).type('form').send({ email });
  const choose = (path: string, password: string, more = {}) =>
    web()
      .post(path)
      .type('form')
      .send({ password, again: password, ...more });
  const pathFor = async (email: string) => pathIn(portal, (await letterTo(portal, email))?.text ?? '');

  describe('a forgotten password', () => {
    test('is replaced once by a letter, and whoever was signed in is signed out', async () => {
      const clerk = await signIn(portal, 'clerk');
      expect((await ask(clerk.person.email)).status).toBe(200);
      const path = await pathFor(clerk.person.email);
      expect((await web().get(path)).text).toContain(clerk.person.email);
      const answer = await choose(path, NEW_PASSWORD);
      expect(answer.headers.location).toBe('/sign-in');

      expect((await clerk.get('/')).headers.location).toBe('/sign-in');
      await expect(signInAs(portal, clerk.person, PASSWORD)).rejects.toThrow('422');
      await signInAs(portal, clerk.person, NEW_PASSWORD);
      expect((await choose(path, 'another good password')).status).toBe(410);
      expect((await web().get(path)).status).toBe(410);
    });

    test('gets the same answer for an unknown and for a disabled account, and no letter', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      const gone = await hirePerson(portal, 'clerk');
      await disablePerson(portal.house, gone.id, { kind: 'system' });
      const page = async (email: string) => {
        const answer = await ask(email);
        return { status: answer.status, html: answer.text.replaceAll(email, 'EMAIL') };
      };
      const known = await page(clerk.email);
      expect(known.html).toContain('If <strong>EMAIL</strong> belongs to an account');
      expect(await page('nobody@example.test')).toEqual(known);
      expect(await page(gone.email)).toEqual(known);
      expect(await letterTo(portal, 'nobody@example.test')).toBeUndefined();
      expect(await letterTo(portal, gone.email)).toBeUndefined();
    });

    test('can be replaced for one hour only', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      await ask(clerk.email);
      const path = await pathFor(clerk.email);
      portal.clock.advance(HOUR_MS);
      expect((await choose(path, NEW_PASSWORD)).status).toBe(410);
      await signInAs(portal, clerk, PASSWORD);
    });

    test('two clicks at once replace it once', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      await ask(clerk.email);
      const path = await pathFor(clerk.email);
      const answers = await Promise.all([choose(path, 'first good password'), choose(path, 'second good password')]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([303, 410]);
    });

    test('a newer letter ends the older one', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      await ask(clerk.email);
      const older = await pathFor(clerk.email);
      await ask(clerk.email);
      expect((await web().get(older)).status).toBe(410);
      expect((await web().get(await pathFor(clerk.email))).status).toBe(200);
    });

    test('nobody is flooded: after three letters in an hour no more are written, and the page says the same', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push((await ask(clerk.email)).status);
      const { n } = await portal.house.db.read
        .selectFrom('letter')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('subject_id', '=', clerk.id)
        .executeTakeFirstOrThrow();
      expect(Number(n)).toBe(3);
      expect(new Set(statuses).size).toBe(1);
      portal.clock.advance(2 * HOUR_MS);
    });

    test('only the hash of its link is kept where the link is checked', async () => {
      const clerk = await hirePerson(portal, 'clerk');
      await ask(clerk.email);
      const token = (await pathFor(clerk.email)).split('/').at(-1) as string;
      const kept = await portal.house.db.read.selectFrom('person_token').selectAll().execute();
      expect(token).toHaveLength(43);
      expect(JSON.stringify(kept)).not.toContain(token);
    });

    test('a weak or mistyped new one is refused next to its field, and the link still works', async () => {
      const clerk = await hirePerson(portal, 'clerk', `long.address.of.mine.${engine}@example.test`);
      await ask(clerk.email);
      const path = await pathFor(clerk.email);
      for (const [password, sentence] of [
        ['short', 'Use at least 12 characters.'],
        ['password1234', 'among the first that anybody would try'],
        ['aaaaaaaaaaaaaaa', 'among the first that anybody would try'],
        [clerk.email.toUpperCase(), 'Your e-mail address cannot be your password.'],
        ['x1y2'.repeat(51), 'Use at most 200 characters.'],
      ] as const) {
        const answer = await choose(path, password);
        expect(answer.status).toBe(422);
        expect(answer.text).toContain(sentence);
      }
      const mistyped = await choose(path, NEW_PASSWORD, { again: 'seven loud heron' });
      expect(mistyped.text).toContain('This is not the same password as above.');
      expect(mistyped.text).not.toContain(NEW_PASSWORD);
      expect((await choose(path, NEW_PASSWORD)).status).toBe(303);
    });
  });

  describe('an invitation', () => {
    test('comes by mail, lets its reader choose name and password, and works once', async () => {
      const admin = await signIn(portal, 'admin');
      const email = `katherine-${engine}@example.test`;
      const answer = await admin.post(paths.invitePerson(), { name: 'K. J.', email, role: 'accountant' });
      expect(answer.status).toBe(303);
      const letter = await letterTo(portal, email);
      expect(letter?.text).toContain('accountant');
      const path = pathIn(portal, letter?.text ?? '');
      const accepted = await choose(path, NEW_PASSWORD, { name: 'Katherine' });
      expect(accepted.headers.location).toBe('/sign-in');
      const page = await admin.get(answer.headers.location as string);
      expect(page.text).toContain('Katherine');
      expect(page.text).toContain('Active');
      expect((await choose(path, NEW_PASSWORD, { name: 'Again' })).status).toBe(410);
    });

    test('ends after seven days or with a newer one, and cannot be used as the other kind of link', async () => {
      const admin = await signIn(portal, 'admin');
      const email = `mary-${engine}@example.test`;
      const { headers } = await admin.post(paths.invitePerson(), { name: 'Mary', email, role: 'clerk' });
      const first = await pathFor(email);
      const id = (headers.location as string).split('/').at(-1) as string;
      expect((await admin.post(paths.reinvitePerson(id))).status).toBe(303);
      const second = await pathFor(email);
      expect((await web().get(first)).status).toBe(410);
      expect((await web().get(second.replace('/welcome/', '/reset/'))).status).toBe(410);
      expect((await web().get(second)).status).toBe(200);
      portal.clock.advance(7 * DAY_MS);
      expect((await web().get(second)).status).toBe(410);
    });

    test('nobody signs in before it is accepted', async () => {
      const admin = await signIn(portal, 'admin');
      const email = `dorothy-${engine}@example.test`;
      await admin.post(paths.invitePerson(), { name: 'Dorothy', email, role: 'clerk' });
      const answer = await web().post(paths.signIn()).type('form').send({ email, password: PASSWORD });
      expect(answer.status).toBe(422);
    });

    test('is not written twice for one address, whatever its capitals, and what was typed stays', async () => {
      const admin = await signIn(portal, 'admin');
      const clerk = await hirePerson(portal, 'clerk');
      const fields = { name: 'A <b>', email: clerk.email.toUpperCase(), role: 'clerk' };
      const answer = await admin.post(paths.invitePerson(), fields);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Somebody with this e-mail address is here already.');
      expect(answer.text).toContain('value="A &lt;b&gt;"');
    });
  });
});
