import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { anchorHead } from '../../src/audit/anchor-head.ts';
import { deedWords, detailNotes } from '../../src/audit/audit-words.ts';
import { recordAudits, SYSTEM } from '../../src/audit/record.ts';
import { sealAudit } from '../../src/audit/seal-audit.ts';
import { startAuditCheck } from '../../src/audit/start-audit-check.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { paths } from '../../src/paths.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

/** The lines of the page as they are read: who and what, without tags. */
function linesOf(html: string): string[] {
  return [...html.matchAll(/<td data-label="Who">(.*?)<\/td>\s*<td class="deed span">(.*?)<details/gs)].map(
    ([, who = '', what = '']) => `${plain(who)} ${plain(what)}`,
  );
}

const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe.each(ENGINES)('the page of the audit log on %s', (engine) => {
  let portal: TestHouse;
  let accountant: SignedInBrowser;
  let invoiceId: string;
  beforeAll(async () => {
    portal = await startHouse({ engine });
    const { house } = portal;
    await aSandboxAccount(house, { name: 'Shop' });
    const customer = await aCustomer(house, { number: 'C-77', name: 'North Pier Boatyard' });
    invoiceId = (await anInvoice(house, { customerId: customer.id, number: 'INV-77', amountMinor: 98_700 })).id;
    await issueLink(house, { payableIds: [invoiceId], expiry: '30d', actor: SYSTEM });
    accountant = await signIn(portal, 'accountant');
  });
  afterAll(() => portal.stop());

  const linesAt = async (query: string) => linesOf((await accountant.get(`${paths.audit()}${query}`)).text);

  test('says in sentences who did what, newest first, with a link to what it was done to', async () => {
    const { text } = await accountant.get(paths.audit());
    const lines = linesOf(text);
    expect(lines[0]).toBe('The accountant accountant signed in');
    expect(lines).toContain('The portal issued invoice INV-77 987.00 EUR');
    expect(lines).toContain('The portal made payment link INV-77 €987.00 EUR');
    expect(text).toContain(`<a href="${paths.invoice(invoiceId)}">invoice INV-77</a>`);
    // Who may not open a page is told of the thing without a link to it.
    expect(text).not.toContain('href="/people/');
  });

  test('takes whatever is typed into an address as text', async () => {
    expect((await linesAt('?q=inv-%0077')).length).toBe(2);
    expect((await accountant.get(`${paths.receipts()}?q=%00`)).status).toBe(200);
  });

  test('is narrowed to a document with all that came of it, to a person, to a kind of deed and to days', async () => {
    expect(await linesAt('?q=inv-77')).toEqual([
      expect.stringContaining('made payment link INV-77'),
      expect.stringContaining('issued invoice INV-77'),
    ]);
    expect(await linesAt('?q=C-77')).toEqual(['The portal created customer North Pier Boatyard']);
    expect(await linesAt(`?q=${invoiceId}`)).toHaveLength(1);
    expect(await linesAt('?q=INV-7')).toEqual([]);
    const own = await linesAt(`?who=${accountant.person.id}`);
    expect(own).toEqual(['The accountant accountant signed in', 'The accountant accountant took up the invitation']);
    expect((await linesAt('?what=link')).every((line) => line.includes('payment link'))).toBe(true);
    expect(await linesAt('?what=link&who=customer')).toEqual([]);
    expect(await linesAt('?from=2020-01-01&to=2020-01-31')).toEqual([]);
    const wrong = await accountant.get(`${paths.audit()}?from=2026-02-31`);
    expect([wrong.status, wrong.text.includes('Enter a day such as')]).toEqual([422, true]);
  });

  test('goes on page by page, also within a kind, and gives all of it as a file', async () => {
    const deed = (n: number) => ({
      actor: SYSTEM,
      action: 'export.locked',
      subjectKind: 'export-batch',
      subjectId: `x${n}`,
    });
    await recordAudits(
      portal.house,
      Array.from({ length: 120 }, (_, n) => deed(n)),
    );
    const seen: string[] = [];
    for (let next: string | undefined = '?what=export'; next; ) {
      const { text } = await accountant.get(`${paths.audit()}${next}`);
      seen.push(...[...text.matchAll(/Details<span[^>]*> of (line \d+)/g)].map(([, line]) => line as string));
      next = /href="\/audit(\?[^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#38;', '&');
    }
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    expect((await linesAt('?what=export'))[0]).toBe('The portal locked export batch');
    const csv = (await accountant.get(`${paths.auditCsv()}?what=export`)).text.trim().split('\r\n');
    expect(csv).toHaveLength(121);
    expect(csv[1]).toContain('system,,export.locked,export-batch,,x119,{}');
  });

  test('is not for clerks', async () => {
    const clerk = await signIn(portal, 'clerk');
    expect((await clerk.get(paths.audit())).status).toBe(403);
    expect((await clerk.get('/')).text).not.toContain('Audit log');
  });

  test('says how far it is sealed and anchored, and checks itself on a button', async () => {
    await sealAudit(portal.house);
    expect((await accountant.get(paths.audit())).text).toContain('Nobody has checked here yet');
    expect((await accountant.post(paths.auditChecks())).status).toBe(303);
    expect(plain((await accountant.get(paths.audit())).text)).toContain('There is no anchor outside the database');
    await anchorHead(portal.house, { now: true });
    await accountant.post(paths.auditChecks());
    const said = plain((await accountant.get(paths.audit())).text);
    expect(said).toMatch(/Sealed up to line \d+, .* anchored outside the database up to line \d+/);
    expect(said).toMatch(/Nothing was edited, deleted, swapped or cut off, as of .* All \d+ lines fit their seals/);
    expect((await linesAt('?what=audit'))[0]).toBe('The accountant accountant checked the audit log against its chain');
  });

  test('runs one check at a time, and lets go of one whose process died', async () => {
    const actor = { kind: 'person', id: accountant.person.id } as const;
    const [first, second] = await Promise.all([
      startAuditCheck(portal.house, actor),
      startAuditCheck(portal.house, actor),
    ]);
    expect(first.id).toBe(second.id);
    expect([first.isNew, second.isNew].filter(Boolean)).toHaveLength(1);
    const running = (await accountant.get(paths.audit())).text;
    expect(running).toContain('You may leave this page');
    expect((await accountant.get(paths.auditCheck(first.id))).body).toEqual({ state: 'running', done: 0, total: 0 });
    portal.clock.advance(2 * MINUTE_MS);
    expect((await accountant.get(paths.audit())).text).toContain('broke off');
    await accountant.post(paths.auditChecks());
    expect(plain((await accountant.get(paths.audit())).text)).toContain('Nothing was edited');
  });

  test('names what somebody with the database’s password changed', async () => {
    const drop = engine === 'sqlite' ? 'drop trigger audit_no_update' : 'drop trigger audit_append_only on audit';
    await sql.raw(drop).execute(portal.house.db.q);
    await sql
      .raw(`update audit set detail = '{"total":"1.00"}' where action = 'invoice.issued'`)
      .execute(portal.house.db.q);
    await accountant.post(paths.auditChecks());
    const { text } = await accountant.get(paths.audit());
    expect(plain(text)).toMatch(
      /The log was tampered with: one finding .* Edited\. Line \d+ \(position \d+\) was edited/,
    );
  });
});

describe('the words of the audit log', () => {
  test('say in a sentence what became of refunds and payouts, and of what they touch', () => {
    const said = (action: string) => `${deedWords(action).before}…${deedWords(action).after}`;
    expect(said('refund.succeeded')).toBe('gave back …');
    for (const kind of ['payment', 'invoice', 'deposit'])
      expect(said(`${kind}.refund-ordered`)).toBe('ordered a refund of …');
    expect(said('payment.refund-failed')).toBe('ended a refund of …: failed');
    expect(said('payout.in-transit')).toBe('sent …');
    expect(said('payout.off')).toBe('found that … does not add up');
    expect(said('payout.by_hand')).toBe('found … made by hand');
  });

  test('say an action without a sentence of its own in plain words', () => {
    expect(deedWords('credit-note.set-aside')).toEqual({ before: 'set aside ', after: '', namesIt: true });
  });

  test('tell of sums, people written to and changes, and never of ids', () => {
    const to = 'per_01kb0000000000000000000000';
    expect(
      detailNotes({
        amountMinor: 1250,
        currency: 'EUR',
        reason: 'Twice',
        note: 'product_not_received',
        to: ['a@example.test'],
        letterId: 'let_x',
      }),
    ).toEqual(['€12.50 EUR', 'to a@example.test', '“Twice”', 'product not received']);
    expect(detailNotes({ dueOn: { from: '2026-01-01', to: '2026-02-01' } })).toEqual([
      'due on: 2026-01-01 → 2026-02-01',
    ]);
    expect(detailNotes({ from: null, to })).toEqual([]);
  });
});
