import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paths } from '../../src/paths.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { signIn } from '../support/sign-in.ts';

describe.each(ENGINES)('signing in (%s)', (engine) => {
  let portal: TestHouse;
  beforeAll(async () => {
    portal = await startHouse({ engine });
  });
  afterAll(() => portal.stop());

  test("with the right password one reaches the home page, and sees one's name there", async () => {
    const clerk = await signIn(portal, 'clerk');
    const home = await clerk.get('/');
    expect(home.status).toBe(200);
    expect(home.text).toContain('The clerk');
    expect(home.text).toContain('aria-current="page"');
  });

  test('after signing out the cookie opens nothing', async () => {
    const clerk = await signIn(portal, 'clerk');
    expect((await clerk.post(paths.signOut())).headers.location).toBe('/sign-in');
    expect((await clerk.get(paths.signIn())).text).toContain('You are signed out.');
    expect((await clerk.get('/')).headers.location).toBe('/sign-in');
  });
});
