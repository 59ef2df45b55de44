import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countOpenCases, listCases, readCase } from '../../src/cases/cases.store.ts';
import { closeCase } from '../../src/cases/close-case.ts';
import { openCase } from '../../src/cases/open-case.ts';
import { takeCase } from '../../src/cases/take-case.ts';
import { paths } from '../../src/paths.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { hirePerson, type SignedInBrowser, signIn } from '../support/sign-in.ts';

const DEPOSIT = 'dep_01kb0000000000000000000000';
let made = 0;

async function aCase(at: TestHouse, over: { summary?: string; subjectKind?: string; subjectId?: string } = {}) {
  const dedupeKey = `case-${++made}`;
  await openCase(at.house, {
    kind: 'excess-payment',
    dedupeKey,
    subjectKind: 'payment',
    subjectId: 'pay_1',
    summary: 'EUR 25.00 more was paid than was due.',
    detail: { excessMinor: 2500, currency: 'EUR', depositId: DEPOSIT },
    ...over,
  });
  const row = await at.house.db.read
    .selectFrom('case_file')
    .select('id')
    .where('dedupe_key', '=', dedupeKey)
    .executeTakeFirstOrThrow();
  return row.id;
}

describe.each(ENGINES)('cases in the books (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
  });
  afterAll(() => at.stop());

  test('are closed once, by one of two people who try at the same time', async () => {
    const [ada, bob] = await Promise.all([hirePerson(at, 'clerk'), hirePerson(at, 'admin')]);
    const caseId = await aCase(at);
    const before = await countOpenCases(at.house.db);
    const results = await Promise.allSettled(
      [ada, bob].map(({ id }) =>
        closeCase(at.house, { caseId, resolution: `by ${id}`, actor: { kind: 'person', id } }),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'case-closed' } });
    expect(await countOpenCases(at.house.db)).toBe(before - 1);
    const audited = await at.house.db.read
      .selectFrom('audit')
      .select('action')
      .where('subject_id', '=', caseId)
      .execute();
    expect(audited).toEqual([{ action: 'case.closed' }]);
    const closed = await listCases(at.house.db, { closed: true });
    expect(closed.rows.map(({ id }) => id)).toContain(caseId);
    expect((await listCases(at.house.db, { closed: false })).rows.map(({ id }) => id)).not.toContain(caseId);
  });

  test('are taken from the owner that was seen, not from another', async () => {
    const [ada, bob] = await Promise.all([hirePerson(at, 'clerk'), hirePerson(at, 'clerk')]);
    const caseId = await aCase(at);
    await takeCase(at.house, { caseId, ownerSeen: '', actor: { kind: 'person', id: ada.id } });
    const late = takeCase(at.house, { caseId, ownerSeen: '', actor: { kind: 'person', id: bob.id } });
    await expect(late).rejects.toMatchObject({ code: 'case-changed' });
    await takeCase(at.house, { caseId, ownerSeen: ada.id, actor: { kind: 'person', id: bob.id } });
    expect(await readCase(at.house.db, caseId)).toMatchObject({ owner_id: bob.id, owner: bob.name });
  });
});

describe('the cases of the office', () => {
  let at: TestHouse;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    at = await startHouse();
    clerk = await signIn(at, 'clerk');
  });
  afterAll(() => at.stop());

  test('wait for somebody, lead to what they are about, and are counted in the menu', async () => {
    expect((await clerk.get(paths.cases())).text).toContain('Nothing needs you');
    const id = await aCase(at, { summary: 'This needs a look.', subjectId: 'pay_42' });
    const list = (await clerk.get(paths.cases())).text;
    expect(list).toContain('More was paid than was due');
    expect(list).toContain('This needs a look.');
    expect(list).toContain(`href="${paths.payment('pay_42')}"`);
    expect(list).toContain('Nobody yet');
    expect(list).toMatch(/Cases <span class="count">1</);
    const page = (await clerk.get(paths.caseFile(id))).text;
    expect(page).toContain('<dt>Excess</dt><dd>€25.00 EUR</dd>');
    const href = paths.deposit(DEPOSIT);
    expect(page).toContain(`<dt>Deposit</dt><dd><a href="${href}">${DEPOSIT}</a></dd>`);
  });

  test('name what they are about also where that has no page', async () => {
    const id = await aCase(at, { subjectKind: 'webhook', subjectId: 'evt_7' });
    const page = (await clerk.get(paths.caseFile(id))).text;
    expect(page).toContain('Message of the gateway');
    expect(page).toContain('evt_7');
  });

  test('are taken, then closed with a sentence, and stay to be read', async () => {
    const id = await aCase(at);
    expect((await clerk.post(paths.takeCase(id), { owner: '' })).status).toBe(303);
    expect((await clerk.get(paths.caseFile(id))).text).toContain('The clerk');

    const short = await clerk.post(paths.closeCase(id), { resolution: 'done' });
    expect(short.status).toBe(422);
    expect(short.text).toContain('Say in a sentence what was done');
    expect(short.text).toMatch(/<textarea[^>]*>\s*done<\/textarea>/);

    const resolution = 'Applied the rest to invoice INV-9.';
    expect((await clerk.post(paths.closeCase(id), { resolution })).status).toBe(303);
    expect((await clerk.get(`${paths.cases()}?state=closed`)).text).toContain(resolution);
    const page = (await clerk.get(paths.caseFile(id))).text;
    expect(page).toContain(resolution);
    expect(page).not.toContain('Close the case');
    expect((await clerk.post(paths.closeCase(id), { resolution })).status).toBe(409);
  });

  test('that do not exist are not found', async () => {
    expect((await clerk.get(paths.caseFile('cas_none'))).status).toBe(404);
    expect((await clerk.post(paths.closeCase('cas_none'), { resolution: 'x'.repeat(20) })).status).toBe(404);
  });
});
