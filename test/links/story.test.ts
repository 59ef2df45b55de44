import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import type { Link } from '../../src/links/link.ts';
import { visitOf } from '../../src/links/link-story.store.ts';
import { recordOpening } from '../../src/links/record-opening.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { writeFetches } from '../../src/links/write-fetches.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('who looked at a link (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
  });
  afterAll(() => at.stop());

  const aLink = async () =>
    issueLink(at.house, { payableIds: [(await anInvoice(at.house)).id], expiry: '14d', actor: SYSTEM });
  const fetchAt = (link: Link, iso: string) => at.house.fetches.count(link.id, iso);

  test('fetches are counted in memory and added to what was written down, first and last of all', async () => {
    const [one, other] = [await aLink(), await aLink()];
    fetchAt(one, '2026-01-01T10:00:00.000Z');
    fetchAt(other, '2026-01-01T10:00:01.000Z');
    fetchAt(one, '2026-01-01T10:00:02.000Z');
    expect(await visitOf(at.house.db, one.id)).toBeUndefined();
    await Promise.all([writeFetches(at.house), writeFetches(at.house)]);
    fetchAt(one, '2026-01-01T11:00:00.000Z');
    await writeFetches(at.house);
    await writeFetches(at.house);
    expect(await visitOf(at.house.db, one.id)).toMatchObject({
      fetches: 3,
      firstFetchedAt: '2026-01-01T10:00:00.000Z',
      lastFetchedAt: '2026-01-01T11:00:00.000Z',
      personOpens: 0,
    });
    expect(await visitOf(at.house.db, other.id)).toMatchObject({ fetches: 1 });
  });

  test('of the openings by a person the first is kept, with the last and how many there were', async () => {
    const link = await aLink();
    const first = at.clock.now().toISOString();
    await Promise.all([recordOpening(at.house, link.id), recordOpening(at.house, link.id)]);
    at.clock.advance(MINUTE_MS);
    await recordOpening(at.house, link.id);
    at.clock.advance(-MINUTE_MS);
    fetchAt(link, first);
    await writeFetches(at.house);
    const visit = await visitOf(at.house.db, link.id);
    expect(visit).toMatchObject({ fetches: 1, firstFetchedAt: first, personOpens: 3 });
    const keptMs = Date.parse(visit?.lastOpenedAt ?? '') - Date.parse(visit?.openedAt ?? '');
    expect(keptMs).toBeGreaterThanOrEqual(MINUTE_MS - 1000);
  });
});

describe('the story of a link, in the office', () => {
  let till: Till;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    clerk = await signIn(till, 'clerk');
  });
  afterAll(() => till.stop());

  /** The sentences of the page, newest first. */
  const storyOf = async (link: { id: string }) => {
    const html = (await clerk.get(paths.link(link.id))).text;
    const list = html.slice(
      html.indexOf('What happened with it'),
      html.indexOf('</ol>', html.indexOf('What happened')),
    );
    return [...list.matchAll(/<p>(.*?)<\/p>/gs)].map(([, text]) =>
      String(text)
        .replace(/<[^>]+>/g, '')
        .trim(),
    );
  };
  const linkIn = (location: string | undefined) => ({ id: String(location).slice('/links/'.length) });

  test('is told in sentences: made, sent, fetched, opened, tried, paid', async () => {
    const customer = await aCustomer(till.house, { email: 'books@example.test' });
    const a = await anInvoice(till.house, { customerId: customer.id, number: 'S-1', amountMinor: 4_000 });
    const b = await anInvoice(till.house, { customerId: customer.id, number: 'S-2', amountMinor: 6_000 });
    const made = await clerk.post(paths.newLinkForSelected(), {
      payable: a.id,
      listed: `${a.id},${b.id}`,
      terms: 'deposit_or_full',
      part: '25%',
      expiry: '7d',
      accountId: till.account.id,
    });
    const older = linkIn(made.headers.location);
    till.clock.advance(MINUTE_MS);
    const both = await clerk.agent
      .post(paths.newLinkForSelected())
      .set('Origin', till.url)
      .type('form')
      .send({
        _csrf: await clerk.csrf(),
        payable: [a.id, b.id],
        listed: '',
        terms: 'choose',
        least: '10',
        expiry: '7d',
      });
    expect(both.status).toBe(303);
    const { id } = linkIn(both.headers.location);
    const link = await till.house.db.read.selectFrom('link').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(link).toMatchObject({ terms: 'choose', least_minor: 1_000 });

    const sendId = /name="sendId" value="([^"]+)"/.exec((await clerk.get(paths.sendLink(id))).text)?.[1] as string;
    till.clock.advance(MINUTE_MS);
    await clerk.post(paths.sendLink(id), { to: 'books@example.test', cc: '', note: '', sendId, intent: 'send' });
    till.clock.advance(MINUTE_MS);
    await till.house.db.q
      .updateTable('letter')
      .set({ state: 'refused', last_response: '550 no such user', ended_at: till.clock.now().toISOString() })
      .where('link_id', '=', id)
      .execute();
    till.clock.advance(MINUTE_MS);
    till.house.fetches.count(id, till.clock.now().toISOString());
    await writeFetches(till.house);
    till.clock.advance(MINUTE_MS);
    await recordOpening(till.house, id);
    till.clock.advance(MINUTE_MS);
    const found = { id, payableIds: [a.id, b.id] } as Link;
    await startPayment(till.house, await till.press(found, { amountMinor: 5_000, card: CARDS.noFunds }));
    till.clock.advance(MINUTE_MS);
    await startPayment(till.house, await till.press(found));

    const story = await storyOf({ id });
    const told = [
      'With that the link has done its work.',
      /^The customer paid €100\.00 EUR with the card ending in 4242\. Show the receipt$/,
      /^The customer tried to pay €50\.00 EUR with the card ending in 9995, but the card had not enough money\./,
      'A person opened it and went to the card fields.',
      'Its page was fetched for the first time, by a machine or a person.',
      'The letter to books@example.test was refused: 550 no such user',
      /^The clerk sent it to books@example\.test\./,
      'It took the place of an older link. Show the older link',
      /^The clerk made this link for S-1 and S-2, asking for what the customer chooses, €10\.00 EUR at least, to be used until \d/,
    ];
    expect(story).toHaveLength(told.length);
    told.forEach((one, i) => {
      if (typeof one === 'string') expect(story[i]).toBe(one);
      else expect(story[i]).toMatch(one);
    });
    const page = (await clerk.get(paths.link(id))).text;
    expect(page).toContain('Opened by a person on ');
    expect(page).not.toMatch(/link\.(issued|sent|used)|insufficient/);
    expect(await storyOf(older)).toEqual([
      'The clerk made a newer link, which took the place of this one. Show the newer link',
      expect.stringContaining('made this link for S-1, asking for a deposit of €10.00 EUR, or all that is due'),
    ]);
  });

  test('tells of a link that was revoked, and of one whose time has passed', async () => {
    const revoked = await till.aLink((await anInvoice(till.house)).id);
    await revokeLink(till.house, { linkId: revoked.id, actor: SYSTEM });
    expect((await storyOf(revoked))[0]).toBe('The portal revoked it: nobody can use it any more.');
    const late = await till.aLink((await anInvoice(till.house)).id);
    till.house.fetches.count(late.id, till.clock.now().toISOString());
    till.house.fetches.count(late.id, till.clock.now().toISOString());
    await writeFetches(till.house);
    expect((await clerk.get(paths.link(late.id))).text).toContain(
      'fetched 2 times by machines or people, not opened by a person yet',
    );
    await till.house.db.q
      .updateTable('link')
      .set({ expires_at: till.clock.now().toISOString() })
      .where('id', '=', late.id)
      .execute();
    expect(await storyOf(late)).toContain('Its time passed: it can no longer be used.');
  });
});
