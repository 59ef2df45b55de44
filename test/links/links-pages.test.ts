import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { voidInvoice } from '../../src/invoices/void-invoice.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { listLinks } from '../../src/links/link-list.store.ts';
import { linkUrl } from '../../src/links/link-url.ts';
import { readLink } from '../../src/links/links.store.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import type { Payable } from '../../src/payables/payable.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { PAGE_SIZE } from '../../src/platform/keyset.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

const issue = (at: TestHouse, payable: Payable) =>
  issueLink(at.house, { payableIds: [payable.id], expiry: '14d', actor: SYSTEM });

describe('links in the office', () => {
  let at: TestHouse;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    at = await startHouse();
    await aSandboxAccount(at.house, { name: 'Counter' });
    clerk = await signIn(at, 'clerk');
    accountant = await signIn(at, 'accountant');
  });
  afterAll(() => at.stop());

  const lettersOf = (linkId: string) =>
    at.house.db.read.selectFrom('letter').selectAll().where('link_id', '=', linkId).execute();

  test('a clerk makes a link for an invoice, with the usual time chosen and its date shown', async () => {
    const invoice = await anInvoice(at.house, { dueOn: '2099-01-31' });
    const form = await clerk.get(paths.newLink(invoice.id));
    expect(form.status).toBe(200);
    expect(form.text).toMatch(/value="after-due"[^>]*checked/);
    expect(form.text.match(/Until \d+ \w+ \d{4}, 23:59/g)?.length).toBe(5);
    expect(form.text).toContain('Counter (test), default');

    const made = await clerk.post(paths.newLink(invoice.id), { expiry: '7d', accountId: '' });
    expect(made.status).toBe(303);
    const page = await clerk.get(made.headers.location as string);
    expect(page.text).toContain('The link is made.');
    const link = await readLink(at.house.db, (made.headers.location as string).slice('/links/'.length));
    expect(page.text).toContain(linkUrl(at.house, link));
    expect(link.createdBy).toBe(clerk.person.id);
  });

  test('an account that cannot take it is shown with the reason and cannot be chosen', async () => {
    const dollars = await aSandboxAccount(at.house, { name: 'Dollars', currencies: ['USD'] });
    const form = await clerk.get(paths.newLink((await anInvoice(at.house)).id));
    expect(form.text).toMatch(/Dollars[\s\S]*The payment service account &#34;Dollars&#34; does not take EUR\./);
    expect(form.text).toMatch(new RegExp(`value="${dollars.id}"[^>]*disabled`));
    expect(form.text).toMatch(/name="accountId"[^>]*checked[^>]*><span>Counter \(test\), default/);
  });

  test('a deposit has no due date, so 14 days are chosen', async () => {
    const form = await clerk.get(paths.newLink((await aDeposit(at.house)).id));
    expect(form.text).toMatch(/value="14d"[^>]*checked/);
    expect(form.text).not.toContain('after-due');
  });

  test('when a usable link exists the form says that it will be replaced', async () => {
    const invoice = await anInvoice(at.house);
    const link = await issue(at, invoice);
    const form = await clerk.get(paths.newLink(invoice.id));
    expect(form.text).toContain('There is a usable link already');
    expect(form.text).toContain(paths.link(link.id));
    const made = await clerk.post(paths.newLink(invoice.id), { expiry: '24h' });
    const older = await clerk.get(paths.link(link.id));
    expect(older.text).toContain('Replaced');
    expect(older.text).toContain(made.headers.location as string);
    expect(older.text).not.toContain(linkUrl(at.house, link));
  });

  test('a reason why no link can be made stands on the form, with what was chosen', async () => {
    const small = await anInvoice(at.house, { amountMinor: 49 });
    const refused = await clerk.post(paths.newLink(small.id), { expiry: '90d', accountId: '' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('no card payment under 0.50 EUR');
    expect(refused.text).toMatch(/value="90d"[^>]*checked/);
    const nothing = await clerk.post(paths.newLink(small.id), { expiry: 'forever' });
    expect(nothing.status).toBe(422);
    expect(nothing.text).toContain('Choose how long the link can be used.');
    expect((await clerk.post(paths.newLink(small.id), { expiry: '7d', price: '1' })).status).toBe(400);
    expect((await clerk.get(paths.newLink('inv_nothing'))).status).toBe(404);
  });

  test('the letter is looked at first, then sent, and its fate stands on the page', async () => {
    const customer = await aCustomer(at.house, { email: 'books@example.test' });
    const link = await issue(at, await anInvoice(at.house, { customerId: customer.id }));
    const form = await clerk.get(paths.sendLink(link.id));
    expect(form.text).toContain('value="books@example.test"');
    const sendId = /name="sendId" value="([^"]+)"/.exec(form.text)?.[1] as string;

    const fields = { to: 'books@example.test; cfo@example.test', cc: '', note: 'See <you>\nsoon', sendId };
    const preview = await clerk.post(paths.sendLink(link.id), { ...fields, intent: 'preview' });
    expect(preview.status).toBe(200);
    expect(preview.text).toContain('<p class="letter-text">See &lt;you&gt;\nsoon</p>');
    expect(preview.text).toContain('value="books@example.test; cfo@example.test"');
    expect(await lettersOf(link.id)).toHaveLength(0);

    for (let i = 0; i < 2; i++) {
      const sent = await clerk.post(paths.sendLink(link.id), { ...fields, intent: 'send' });
      expect(sent.status).toBe(303);
    }
    const [letter, ...more] = await lettersOf(link.id);
    expect(more).toEqual([]);
    expect(letter?.created_by).toBe(clerk.person.id);
    const page = await clerk.get(paths.link(link.id));
    expect(page.text).toContain('no mail server is configured');
    expect(page.text).toContain('books@example.test, cfo@example.test');
    expect(page.text).toContain('Queued');

    await at.house.db.q
      .updateTable('letter')
      .set({ state: 'refused', last_response: '550 no such user' })
      .where('id', '=', letter?.id ?? '')
      .execute();
    const later = await clerk.get(paths.link(link.id));
    expect(later.text).toContain('550 no such user');
    const again = await clerk.get(`${paths.sendLink(link.id)}?again=${letter?.id}`);
    expect(again.text).toContain('value="books@example.test, cfo@example.test"');
  });

  test('a wrong address is named next to its field and all that was typed is kept', async () => {
    const link = await issue(at, await anInvoice(at.house));
    const answer = await clerk.post(paths.sendLink(link.id), {
      to: 'a@example.test',
      cc: 'nobody',
      note: 'Keep me',
      sendId: newId('req'),
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('&#34;nobody&#34; is not an e-mail address');
    expect(answer.text).toContain('Keep me');
    expect(answer.text).toContain('value="a@example.test"');
  });

  test('revoking asks first, works without scripts, and leaves nothing to share', async () => {
    const link = await issue(at, await anInvoice(at.house));
    const page = await clerk.get(paths.link(link.id));
    expect(page.text).toContain('Yes, revoke it');
    expect((await clerk.post(paths.revokeLink(link.id))).status).toBe(303);
    expect((await clerk.post(paths.revokeLink(link.id))).status).toBe(303);
    const after = await clerk.get(paths.link(link.id));
    expect(after.text).toContain('Nobody can pay with it.');
    expect(after.text).not.toContain(linkUrl(at.house, link));
    expect(after.text).not.toContain('Yes, revoke it');
    expect(after.text).toContain('Make a new link');
    expect((await clerk.get(paths.sendLink(link.id))).status).toBe(409);
  });

  test('the QR code is a picture of its own with the same address', async () => {
    const link = await issue(at, await anInvoice(at.house));
    const answer = await clerk.get(paths.linkQr(link.id));
    expect(answer.headers['content-type']).toContain('image/svg+xml');
    expect(Buffer.from(answer.body).toString()).toMatch(/^<svg .*viewBox/);
    expect((await clerk.get(paths.linkQr('lnk_nothing'))).status).toBe(404);
  });

  test('an accountant reads links but is neither offered nor allowed to make, send or revoke them', async () => {
    const invoice = await anInvoice(at.house);
    const link = await issue(at, invoice);
    const page = await accountant.get(paths.link(link.id));
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('Revoke');
    expect(page.text).not.toContain('Send by e-mail');
    for (const path of [paths.newLink(invoice.id), paths.sendLink(link.id)]) {
      expect((await accountant.get(path)).status).toBe(403);
    }
    expect((await accountant.post(paths.revokeLink(link.id))).status).toBe(403);
    expect((await readLink(at.house.db, link.id)).endedAs).toBeUndefined();
  });

  test('nobody who is not signed in sees a link', async () => {
    const link = await issue(at, await anInvoice(at.house));
    for (const path of [paths.links(), paths.link(link.id), paths.linkQr(link.id)]) {
      const answer = await fetch(`${at.url}${path}`, { redirect: 'manual' });
      expect(answer.status).not.toBe(200);
      expect(await answer.text()).not.toContain('eyJ');
    }
  });
});

describe.each(ENGINES)('the list of links (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
  });
  afterAll(() => at.stop());

  const idsOf = async (filter: Parameters<typeof listLinks>[1]) =>
    (await listLinks(at.house.db, filter, at.clock.now())).rows.map((row) => row.id);

  test('is filtered by state just as each link says of itself', async () => {
    const usable = await issue(at, await anInvoice(at.house));
    const closedClaim = await anInvoice(at.house);
    const closed = await issue(at, closedClaim);
    const order = { id: closedClaim.id, reason: 'Written twice', actor: SYSTEM };
    await voidInvoice({ ...at.house, endSettledLinks }, order);
    const revoked = await issue(at, await anInvoice(at.house));
    await revokeLink(at.house, { linkId: revoked.id, actor: SYSTEM });
    const twice = await anInvoice(at.house);
    const replaced = await issue(at, twice);
    const newer = await issue(at, twice);
    const short = await issueLink(at.house, {
      payableIds: [(await aDeposit(at.house)).id],
      expiry: '24h',
      actor: SYSTEM,
    });
    at.clock.advance(2 * DAY_MS);

    expect(await idsOf({ state: 'usable' })).toEqual([newer.id, usable.id]);
    expect(await idsOf({ state: 'closed' })).toEqual([closed.id]);
    expect(await idsOf({ state: 'revoked' })).toEqual([revoked.id]);
    expect(await idsOf({ state: 'replaced' })).toEqual([replaced.id]);
    expect(await idsOf({ state: 'expired' })).toEqual([short.id]);
    expect(await idsOf({ state: 'used' })).toEqual([]);
    const { rows } = await listLinks(at.house.db, {}, at.clock.now());
    for (const row of rows) expect(await idsOf({ state: row.state })).toContain(row.id);
    expect(rows).toHaveLength(6);
  });

  test('is searched by words of the customer and of the document, and filtered by customer', async () => {
    const customer = await aCustomer(at.house, { name: 'Müller & Söhne Werft' });
    const link = await issue(at, await anInvoice(at.house, { customerId: customer.id, number: 'RX-4711' }));
    for (const search of ['muller', 'WERFT müll', 'rx 4711', '471', 'werft rx']) {
      expect(await idsOf({ search })).toEqual([link.id]);
    }
    expect(await idsOf({ search: 'werft nothing' })).toEqual([]);
    // A number that there is means just itself; one that there is not, those that begin with it.
    const short = await issue(at, await anInvoice(at.house, { customerId: customer.id, number: 'RX-471' }));
    expect(await idsOf({ search: 'rx 471' })).toEqual([short.id]);
    expect(await idsOf({ search: 'rx 47' })).toEqual([short.id, link.id]);
    expect(await idsOf({ search: 'werft' })).toEqual([short.id, link.id]);
    await revokeLink(at.house, { linkId: short.id, actor: SYSTEM });
    expect(await idsOf({ search: 'werft', state: 'usable' })).toEqual([link.id]);
    expect(await idsOf({ customerId: customer.id, state: 'usable' })).toEqual([link.id]);
    expect(await idsOf({ search: 'werft', state: 'used' })).toEqual([]);
  });

  test('goes on page by page, each link once', async () => {
    const deposit = await aDeposit(at.house);
    const made: string[] = [];
    for (let i = 0; i < PAGE_SIZE + 3; i++) made.unshift((await issue(at, deposit)).id);
    const customerId = deposit.customerId;
    const first = await listLinks(at.house.db, { customerId }, at.clock.now());
    const second = await listLinks(at.house.db, { customerId, before: first.olderThan }, at.clock.now());
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(made);
    expect(second.olderThan).toBeUndefined();
  });
});
