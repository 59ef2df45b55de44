import { linkState } from '../links/link.ts';
import { linkUrl } from '../links/link-url.ts';
import { readLink } from '../links/links.store.ts';
import { readPayables } from '../payables/payables.store.ts';
import type { House } from '../wire.ts';
import type { SandboxProcess } from './sandbox-process.ts';
import { DEMO_PEOPLE, seedDemo } from './seed-demo.ts';

/** Fills an empty installation with a small company to look around in. Gives what to print: where to look and how to sign in. */
export async function firstRun(house: House, sandbox: SandboxProcess | undefined): Promise<string> {
  const { db, config } = house;
  const somebody = await db.read.selectFrom('person').select('id').executeTakeFirst();
  if (!somebody) await seedDemo(house, sandbox);
  const isDemo = await db.read
    .selectFrom('person')
    .select('id')
    .where('email', '=', DEMO_PEOPLE.admin.email)
    .executeTakeFirst();
  if (!isDemo) return `The portal listens on ${config.baseUrl}.`;

  const link = await usableLinkUrl(house);
  return [
    '',
    `  Office          ${config.baseUrl}`,
    ...Object.values(DEMO_PEOPLE).map(({ role, email }) => `  ${`as ${role}`.padEnd(15)} ${email}`),
    `  Password        ${config.demoPassword}`,
    '',
    ...(link
      ? ['  A payment link to try:', `  ${link}`, '  Card 4242 4242 4242 4242, any later date, any security code.', '']
      : []),
  ].join('\n');
}

async function usableLinkUrl(house: House): Promise<string | undefined> {
  const { db, clock } = house;
  const rows = await db.read
    .selectFrom('link')
    .select('id')
    .where('ended_as', 'is', null)
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
  for (const { id } of rows) {
    const link = await readLink(db, id);
    const payables = await readPayables(db, link.payableIds);
    if (linkState(link, payables, clock.now()) === 'usable') return linkUrl(house, link);
  }
  return undefined;
}
