import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { paths } from '../../src/paths.ts';
import { returnPath } from '../../src/staff/return-path.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, PASSWORD } from '../support/sign-in.ts';

describe('going on after signing in', () => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse();
  });
  afterAll(() => portal.stop());

  test('leads to the page that was asked for, with its query', async () => {
    const person = await hirePerson(portal, 'clerk');
    const asked = await supertest(portal.url).get('/invoices?search=a%20b&state=open').set('Accept', 'text/html');
    expect(asked.status).toBe(303);
    const agent = supertest.agent(portal.url);
    const form = await agent.get(asked.headers.location as string);
    const next = /name="next" value="([^"]+)"/.exec(form.text)?.[1]?.replaceAll('&amp;', '&') as string;
    const fields = { email: person.email, password: PASSWORD, next };
    const answer = await agent.post(paths.signIn()).type('form').send(fields);
    expect(answer.headers.location).toBe('/invoices?search=a%20b&state=open');
  });

  test('never leads to another site, even when the form says so', async () => {
    const person = await hirePerson(portal, 'clerk');
    const fields = { email: person.email, password: PASSWORD, next: '//evil.test/' };
    const answer = await supertest(portal.url).post(paths.signIn()).type('form').send(fields);
    expect(answer.headers.location).toBe('/');
  });

  test.each([
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test',
    '/\t/evil.test',
    '/\n//evil.test',
    '/.//evil.test',
    '/x/..//evil.test',
    '/%2e//evil.test',
    'javascript:alert(1)',
    'evil.test',
    '',
    '/sign-in?next=/sign-in',
    ['/invoices'],
    undefined,
  ])('%j is not taken', (given) => {
    expect(returnPath(given)).toBe('/');
  });

  test('somebody who asks for data and not for a page is told 401', async () => {
    const answer = await supertest(portal.url).get('/invoices').set('Accept', 'application/json');
    expect(answer.status).toBe(401);
    expect(answer.body.error.code).toBe('sign-in-first');
  });

  test('a form sent after the session has ended says that it was not saved', async () => {
    const agent = supertest.agent(portal.url);
    const answer = await agent.post(paths.invitePerson()).set('Accept', 'text/html').type('form').send({ name: 'x' });
    expect(answer.status).toBe(303);
    const form = await agent.get(answer.headers.location as string);
    expect(form.text).toContain('the form was not saved');
  });
});
