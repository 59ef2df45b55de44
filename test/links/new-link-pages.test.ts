import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { countsOf, itemsOf } from '../../src/links/batches.store.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import { readLink } from '../../src/links/links.store.ts';
import { paths } from '../../src/paths.ts';
import { newId } from '../../src/platform/ids.ts';
import { withQuery } from '../../src/platform/web/query.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

describe('links for several documents and many links at once, in the office', () => {
  let at: TestHouse;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    at = await startHouse();
    await aSandboxAccount(at.house);
    clerk = await signIn(at, 'clerk');
    accountant = await signIn(at, 'accountant');
  });
  afterAll(() => at.stop());

  const selected = (path: string, ids: string[]) => `${path}?${new URLSearchParams(ids.map((id) => ['payable', id]))}`;
  const postForm = async (path: string, fields: Record<string, string | string[]>) =>
    clerk.agent
      .post(path)
      .set('Origin', at.url)
      .type('form')
      .send({ _csrf: await clerk.csrf(), ...fields });
  const linkAt = (location: string | undefined) => readLink(at.house.db, String(location).slice('/links/'.length));
  /** The boxes of a page by the id they stand for: ticked or not. */
  const boxesOf = (html: string) =>
    new Map(
      [...html.matchAll(/<input type="checkbox"[^>]*value="((?:inv|dep)_[^"]+)"[^>]*>/g)].map(([box, id]) => [
        id as string,
        / checked/.test(box),
      ]),
    );

  test('what is ticked in a list becomes one link, what is due longest first', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const [a, b] = [await anInvoice(at.house, { customerId }), await aDeposit(at.house, { customerId })];
    const other = await anInvoice(at.house, { customerId });
    for (const list of [paths.invoices(), paths.customer(customerId)]) {
      expect((await clerk.get(list)).text).toMatch(new RegExp(`<input type="checkbox" form="selection"[^>]*${a.id}`));
      expect((await accountant.get(list)).text).not.toContain('form="selection"');
    }
    expect((await clerk.get(paths.deposits())).text).toMatch(new RegExp(`form="selection"[^>]*${b.id}`));
    const form = await clerk.get(selected(paths.newLinkForSelected(), [b.id, a.id]));
    expect(form.status).toBe(200);
    expect(form.text).toContain('€175.00 EUR');
    expect([...boxesOf(form.text)]).toEqual([
      [b.id, true],
      [a.id, true],
      [other.id, false],
    ]);
    const made = await postForm(paths.newLinkForSelected(), { payable: [a.id, b.id], listed: '', expiry: '7d' });
    expect((await linkAt(made.headers.location)).payableIds).toEqual([b.id, a.id]);
    const page = await clerk.get(made.headers.location as string);
    expect(page.text).toContain('€125.00 EUR');
    expect(page.text).toContain('All that is due');
    expect((await clerk.get(paths.invoice(a.id))).text).toContain('All that is due · 2 documents');

    await at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', a.id).execute();
    expect((await clerk.get(made.headers.location as string)).text).toMatch(/<span class="soft">void<\/span>/);
  });

  test('a link begun on one invoice can ask for others of the same customer too', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const [a, b] = [await anInvoice(at.house, { customerId }), await anInvoice(at.house, { customerId })];
    await anInvoice(at.house, { customerId, currency: 'USD' });
    const form = await clerk.get(paths.newLink(a.id));
    expect(form.text).toContain('Add other open invoices and deposits of this customer');
    expect([...boxesOf(form.text)]).toEqual([[b.id, false]]);
    const made = await postForm(paths.newLink(a.id), { payable: b.id, listed: b.id, expiry: '7d' });
    expect((await linkAt(made.headers.location)).payableIds).toEqual([a.id, b.id]);
    const again = await clerk.get(paths.newLink(a.id));
    expect(again.text).toContain(`is for ${a.number}, ${b.number}.`);
    expect(again.text).toContain('It stays usable unless the new one is for all of these');
    expect(again.text).toContain('A usable link asks for it, which is replaced when');
  });

  test('a mixture of customers or currencies is refused beside the form, where it can be put right', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const euros = await anInvoice(at.house, { customerId });
    const dollars = await anInvoice(at.house, { customerId, currency: 'USD' });
    const foreign = await anInvoice(at.house);
    for (const [other, why] of [
      [dollars, `${euros.number} is in EUR and ${dollars.number} in USD`],
      [foreign, `${euros.number} and ${foreign.number} are not of the same customer`],
    ] as const) {
      const form = await clerk.get(selected(paths.newLinkForSelected(), [euros.id, other.id]));
      expect(form.status).toBe(422);
      expect(form.text).toContain(why);
      expect(boxesOf(form.text).get(other.id)).toBe(true);
      expect(form.text).not.toContain('Due now');
      const fields = { payable: [euros.id, other.id], listed: `${euros.id},${other.id}`, expiry: '90d' };
      const refused = await postForm(paths.newLinkForSelected(), fields);
      expect(refused.status).toBe(422);
      expect(refused.text).toContain(why);
      expect(refused.text).toMatch(/value="90d"[^>]*checked/);
    }
    const none = await postForm(paths.newLinkForSelected(), { listed: euros.id, expiry: '7d' });
    expect(none.status).toBe(422);
    expect(none.text).toContain('Tick at least one invoice or deposit.');
    expect([...boxesOf(none.text)]).toEqual([[euros.id, false]]);
    const empty = await clerk.get(withQuery(paths.newLinkForSelected(), { from: paths.deposits() }));
    expect(empty.headers.location).toBe(paths.deposits());
  });

  test('terms are typed as sums or percentages; what cannot be stands next to its field with all that was typed', async () => {
    const invoice = await anInvoice(at.house, { amountMinor: 10_001 });
    const post = (fields: Record<string, string>) => postForm(paths.newLink(invoice.id), { expiry: '14d', ...fields });
    const made = await post({ terms: 'part', part: '50%', least: '' });
    expect(await linkAt(made.headers.location)).toMatchObject({ terms: 'part', partMinor: 5_001 });
    expect((await clerk.get(made.headers.location as string)).text).toContain('A part of €50.01 EUR, once');

    for (const [fields, id, why] of [
      [{ terms: 'part', part: '100.02' }, 'part', '€100.02 EUR is more than the €100.01 EUR due.'],
      [{ terms: 'part', part: '0.49' }, 'part', 'no card payment under 0.50 EUR'],
      [{ terms: 'part', part: '99.99' }, 'part', 'That would leave €0.02 EUR'],
      [{ terms: 'deposit_or_full', part: '5 USD' }, 'part', 'Enter a sum in EUR such as 100.00, or a percentage'],
      [{ terms: 'choose', least: '101' }, 'least', '€101.00 EUR is more than the €100.01 EUR due.'],
    ] as const) {
      const refused = await post(fields);
      expect(refused.status).toBe(422);
      expect(refused.text).toMatch(
        new RegExp(`id="${id}-error">[^€]*<span[^>]*>Error: </span>[^<]*${why.replaceAll('.', '\\.')}`),
      );
      expect(refused.text).toMatch(new RegExp(`value="${fields.terms}"[^>]*checked`));
      const typed = 'part' in fields ? fields.part : fields.least;
      expect(refused.text).toContain(`value="${typed}"`);
      expect(refused.text).toMatch(/value="14d"[^>]*checked/);
    }
  });

  test('many links are looked at, sent once, and each can be followed', async () => {
    const silent = await aCustomer(at.house, { email: '' });
    const customer = await aCustomer(at.house, { name: 'North Pier Boatyard' });
    const good = await anInvoice(at.house, { customerId: customer.id });
    const dollars = await anInvoice(at.house, { currency: 'USD', amountMinor: 700 });
    const nowhere = await anInvoice(at.house, { customerId: silent.id });
    const ids = [good.id, dollars.id, nowhere.id];
    const look = await clerk.get(selected(paths.sendLinks(), ids));
    expect(look.text).toContain('2 of 3 documents are ticked, of 2 customers: €125.00 EUR, $7.00 USD.');
    expect(look.text).toContain('The customer has no e-mail address.');
    expect([...boxesOf(look.text).values()]).toEqual([true, true, false]);
    const sendId = /name="sendId" value="([^"]+)"/.exec(look.text)?.[1] as string;
    const fields = {
      payable: [good.id, dollars.id],
      listed: ids.join(),
      per: 'document',
      expiry: '7d',
      note: 'Thank you',
      sendId,
    };

    const long = await postForm(paths.linkBatches(), { ...fields, note: 'x'.repeat(1001), from: paths.invoices() });
    expect(long.status).toBe(422);
    expect(long.text).toContain('A note has at most 1000 characters.');
    expect([...boxesOf(long.text).values()]).toEqual([true, true, false]);
    const { payable: _none, ...without } = fields;
    expect((await postForm(paths.linkBatches(), { ...without, from: '/' })).text).toContain('Tick at least one');

    const [sent, twice] = [
      await postForm(paths.linkBatches(), { ...fields, from: paths.invoices() }),
      await postForm(paths.linkBatches(), { ...fields, from: paths.invoices() }),
    ];
    expect(sent.status).toBe(303);
    expect(twice.headers.location).toBe(sent.headers.location);
    const page = sent.headers.location as string;
    const batchId = page.slice('/links/batches/'.length);
    for (let i = 0; i < 50 && (await clerk.get(paths.linkBatchProgress(batchId))).body.state === 'running'; i++) {
      await new Promise((resume) => setTimeout(resume, 50));
    }
    expect((await clerk.get(paths.linkBatchProgress(batchId))).body).toEqual({
      state: 'done',
      done: 2,
      total: 2,
      sent: 2,
      failed: 0,
    });
    expect(await countsOf(at.house.db, batchId)).toEqual({ sent: 2, failed: 0 });
    const [item] = await itemsOf(at.house.db, batchId);
    const after = await accountant.get(page);
    expect(after.text).toContain(paths.link(item?.linkId as string));
    expect(after.text).toContain('North Pier Boatyard');
    expect((await clerk.get(paths.linkBatches())).text).toContain(page);
    const again = await clerk.get(selected(paths.sendLinks(), [good.id]));
    expect(again.text).toContain('A usable link was sent in the last 24 hours.');
    expect([...boxesOf(again.text).values()]).toEqual([false]);
    expect((await accountant.get(selected(paths.sendLinks(), ids))).status).toBe(403);
  });

  test('all that fits a filter can be sent, whatever page of the list one is on', async () => {
    const customer = await aCustomer(at.house, { name: 'Lighthouse Ropes' });
    const made = [];
    for (let i = 0; i < 3; i++) made.unshift((await anInvoice(at.house, { customerId: customer.id })).id);
    const paid = await anInvoice(at.house, { customerId: customer.id });
    await at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', paid.id).execute();
    const list = (await clerk.get(withQuery(paths.invoices(), { q: 'lighthouse' }))).text;
    const href = /href="([^"]+)">Send links for all that fit/.exec(list)?.[1]?.replaceAll('&amp;', '&') as string;
    const look = await clerk.get(href.replaceAll('&#38;', '&'));
    expect([...boxesOf(look.text).keys()]).toEqual(made);
    const deposit = await aDeposit(at.house, { customerId: customer.id });
    const deposits = await clerk.get(withQuery(paths.sendLinks(), { all: 'deposits', customer: customer.id }));
    expect([...boxesOf(deposits.text).keys()]).toEqual([deposit.id]);
    const none = await clerk.get(
      withQuery(paths.sendLinks(), { all: 'invoices', q: 'nobody-here', from: '/invoices?q=x' }),
    );
    expect(none.headers.location).toBe('/invoices?q=x');
  });

  test('five hundred documents fit into one form', async () => {
    const invoice = await anInvoice(at.house);
    await issueLink(at.house, { payableIds: [invoice.id], expiry: '14d', actor: SYSTEM });
    const payable = [invoice.id, ...Array.from({ length: 499 }, () => newId('inv'))];
    const sent = await postForm(paths.linkBatches(), {
      payable,
      listed: payable.join(),
      per: 'customer',
      expiry: '7d',
      note: '',
      sendId: newId('req'),
      from: '/',
    });
    expect(sent.status).toBe(303);
  });
});
