import { randomBytes } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import { SYSTEM } from '../../src/audit/record.ts';
import { paths } from '../../src/paths.ts';
import type { Role } from '../../src/permissions.ts';
import { createPerson } from '../../src/staff/create-person.ts';
import { issuePersonToken } from '../../src/staff/issue-person-token.ts';
import type { Person } from '../../src/staff/person.ts';
import { setPasswordByToken } from '../../src/staff/set-password-by-token.ts';
import type { TestHouse } from './house.ts';

/** A password that the rules allow. */
export const PASSWORD = 'twelve quiet otters';

/** A browser with somebody signed in: cookies are kept, forms carry their token. */
export interface SignedInBrowser {
  agent: ReturnType<typeof supertest.agent>;
  person: Person;
  /** The session cookie as it was given at sign-in, for a Cookie header. */
  cookie: string;
  /** The form token of the session. */
  csrf(): Promise<string>;
  get(path: string): Promise<Response>;
  /** Sends a form as a page of ours would: with its token and from our origin. */
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** Makes somebody of that role who can sign in with `PASSWORD`. */
export async function hirePerson({ house }: TestHouse, role: Role, email?: string): Promise<Person> {
  const address = email ?? `${role}-${randomBytes(4).toString('hex')}@example.test`;
  const { id } = await createPerson(house, { email: address, name: `The ${role}`, role }, SYSTEM);
  const token = await issuePersonToken(house, id, 'invite');
  return setPasswordByToken(house, 'invite', { token, password: PASSWORD }, {});
}

/** Hires somebody and signs them in through the real form. */
export async function signIn(testHouse: TestHouse, role: Role): Promise<SignedInBrowser> {
  const person = await hirePerson(testHouse, role);
  return signInAs(testHouse, person);
}

/** Signs somebody in through the real form. */
export async function signInAs(testHouse: TestHouse, person: Person, password = PASSWORD): Promise<SignedInBrowser> {
  const agent = supertest.agent(testHouse.url);
  const answer = await agent
    .post(paths.signIn())
    .set('Origin', testHouse.url)
    .type('form')
    .send({ email: person.email, password });
  if (answer.status !== 303) throw new Error(`signing in as ${person.role} gave ${answer.status}: ${answer.text}`);

  let token = '';
  const csrf = async (): Promise<string> => {
    token ||= formTokenIn((await agent.get(paths.home())).text);
    return token;
  };
  return {
    agent,
    person,
    cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '',
    csrf,
    get: async (path) => agent.get(path),
    post: async (path, fields = {}) =>
      agent
        .post(path)
        .set('Origin', testHouse.url)
        .set('Sec-Fetch-Site', 'same-origin')
        .type('form')
        .send({ _csrf: await csrf(), ...fields }),
  };
}

/** The token in the first form of a page. */
export function formTokenIn(html: string): string {
  const token = /name="_csrf" value="([^"]+)"/.exec(html)?.[1];
  if (!token) throw new Error('the page has no form token');
  return token;
}
