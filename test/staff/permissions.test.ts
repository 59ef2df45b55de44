import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import { createApp } from '../../src/app.ts';
import { paths } from '../../src/paths.ts';
import { can, PERMISSIONS, type Permission, type Role } from '../../src/permissions.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

/** What may be reached without a permission: health, gateways, what pay pages load, customers with a link, and the door of the office. */
const OPEN = [/^\/healthz$/, /^\/readyz$/, /^\/webhooks\//, /^\/brand\//, /^\/pay\//, /^\/r\//, /^\/s\//];
const DOOR = [paths.signIn(), paths.forgot(), paths.reset(':token'), paths.welcome(':token'), paths.signOut()];

interface FoundRoute {
  method: string;
  path: string;
  permissions: Permission[];
  /** The permission is asked for before anything else is done. */
  guardedFirst: boolean;
}

interface Layer {
  route?: { path: string | string[]; stack: Array<{ method: string; handle: { permission?: Permission } }> };
  handle?: { stack?: Layer[] };
}

/** Every route of the app, those of routers inside routers too. */
function routesOf(stack: Layer[]): FoundRoute[] {
  return stack.flatMap((layer) => {
    if (!layer.route) return layer.handle?.stack ? routesOf(layer.handle.stack) : [];
    const { route } = layer;
    const methods = [...new Set(route.stack.map((one) => one.method))];
    return [route.path].flat().flatMap((path) =>
      methods.map((method) => {
        const handlers = route.stack.filter((one) => one.method === method).map((one) => one.handle);
        return {
          method,
          path,
          permissions: handlers.flatMap((one) => one.permission ?? []),
          guardedFirst: handlers[0]?.permission !== undefined,
        };
      }),
    );
  });
}

const portal: TestHouse = await startHouse();
const app: Express = createApp(portal.house);
const routes = routesOf((app.router as unknown as { stack: Layer[] }).stack);
const office = routes.filter(({ path }) => !DOOR.includes(path) && !OPEN.some((pattern) => pattern.test(path)));

describe('who may do what', () => {
  const browsers = {} as Record<Role, SignedInBrowser>;
  beforeAll(async () => {
    for (const role of ['admin', 'clerk', 'accountant'] as const) browsers[role] = await signIn(portal, role);
  });
  afterAll(() => portal.stop());

  test('is found out by walking all routes of the portal', () => {
    expect(office.length).toBeGreaterThan(15);
    expect(office.map((route) => route.path)).toContain(paths.people());
  });

  test.each(office.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    '%s asks for exactly one permission, first of all',
    (_, route) => {
      expect(route.permissions).toHaveLength(1);
      expect(route.guardedFirst).toBe(true);
    },
  );

  test.each(office.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
    '%s is open to the roles in the table, closed to the others, and sends strangers to sign in',
    async (_, { method, path, permissions }) => {
      const address = path.replace(/[:*](\w+)/g, 'unknown');
      for (const role of ['admin', 'clerk', 'accountant'] as const) {
        const answer = await ask(browsers[role], method, address);
        const refusedByRole = answer.status === 403 && answer.text.includes('Your role does not allow this.');
        expect(refusedByRole).toBe(!can(role, permissions[0] as Permission));
        expect(answer.status).not.toBe(500);
      }
      const stranger = await supertest(portal.url)[method as 'get'](address).set('Accept', 'text/html');
      expect(stranger.status).toBe(303);
      expect(stranger.headers.location).toMatch(/^\/sign-in/);
    },
  );

  test('every permission of the table is used by some route', () => {
    const used = new Set(office.flatMap((route) => route.permissions));
    const unused = Object.keys(PERMISSIONS).filter((permission) => !used.has(permission as Permission));
    expect(unused).toEqual([]);
  });

  test('the menu shows only what a role may open', async () => {
    for (const role of ['admin', 'clerk', 'accountant'] as const) {
      const home = await browsers[role].get('/');
      expect(home.text.includes(`href="${paths.people()}"`)).toBe(can(role, 'people.manage'));
      expect(home.text.includes(`href="${paths.imports()}"`)).toBe(can(role, 'imports.run'));
    }
  });
});

/** Asks with the token of the session but without fields: what is not refused by role may well be refused as empty. */
async function ask(browser: SignedInBrowser, method: string, address: string) {
  if (method === 'get') return browser.get(address);
  return browser.agent[method as 'post'](address)
    .set('x-csrf-token', await browser.csrf())
    .type('form')
    .send({});
}
