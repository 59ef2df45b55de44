import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { SYSTEM } from '../../src/audit/record.ts';
import { cardsOf, expiringCards } from '../../src/cards/cards.store.ts';
import { monthsToList, readExpiringCursor, writeExpiringCursor } from '../../src/cards/expiring.ts';
import { startSetup } from '../../src/cards/start-setup.ts';
import { expiryState } from '../../src/gateway/card-expiry.ts';
import { issueSaveCardLink } from '../../src/links/issue-save-card-link.ts';
import type { Link } from '../../src/links/link.ts';
import { listLinks } from '../../src/links/link-list.store.ts';
import { readLink } from '../../src/links/links.store.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { PAGE_SIZE } from '../../src/platform/keyset.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { aCustomer } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe('saved cards in the office and on the page that saves one', () => {
  let till: Till;
  let clerk: SignedInBrowser;
  let accountant: SignedInBrowser;
  beforeAll(async () => {
    till = await openTill();
    clerk = await signIn(till, 'clerk');
    accountant = await signIn(till, 'accountant');
  });
  afterAll(() => till.stop());

  const tokenOf = (link: Link) => till.house.linkTokens.sign('pay', link.id, link.createdAt);
  const linkFor = (customerId: string) =>
    issueSaveCardLink(till.house, { customerId, accountId: till.account.id, expiry: '14d', actor: SYSTEM });
  const aCardLink = async () => linkFor((await aCustomer(till.house)).id);
  const saveCard = async (customerId: string) => {
    const link = await linkFor(customerId);
    await startSetup(till.house, {
      from: { linkId: link.id },
      submissionId: randomUUID(),
      confirmationToken: await till.cardToken(),
      consent: { wording: 'Keep my card.', language: 'en' },
      ip: randomUUID(),
    });
  };
  const press = async (customerId: string, over: object = {}) =>
    clerk.agent
      .post(paths.cardSetups(customerId))
      .set('x-csrf-token', await clerk.csrf())
      .set('Origin', till.url)
      .set('accept', 'application/json')
      .send({
        submissionId: randomUUID(),
        confirmationToken: await till.cardToken(),
        accountId: till.account.id,
        consent: 'yes',
        ...over,
      });
  const anAccountWithoutKeyedCards = async () => {
    const account = await aSandboxAccount(till.house);
    await till.house.db.q.updateTable('account').set({ kind: 'stripe' }).where('id', '=', account.id).execute();
    return account;
  };

  test('a clerk’s card is kept only with the consent box, whose words are recorded with who ticked it', async () => {
    const customer = await aCustomer(till.house);
    const without = await press(customer.id, { consent: undefined });
    expect(without.status).toBe(422);
    expect(without.body.error.fields.consent).toContain('Read the words to the customer first');
    const saved = await press(customer.id);
    expect(saved.body).toEqual({ state: 'saved', page: paths.customer(customer.id) });
    const page = await clerk.get(paths.customer(customer.id));
    expect(page.text).toContain('The card is saved.');
    expect(page.text).toMatch(/by phone, recorded by The clerk, in these words/);
    expect(page.text).toContain(`By phone, ${customer.name} agreed to this:`);
    expect(page.text).toContain('(test)');
  });

  test('the default account is chosen; another one is another page, which keeps the ticked box and names its gateway only', async () => {
    const [customer, other] = [await aCustomer(till.house), await anAccountWithoutKeyedCards()];
    const usual = await clerk.get(paths.newCard(customer.id));
    expect(usual.text).toContain(`<option value="${till.account.id}" selected>`);
    expect(usual.headers['content-security-policy']).toContain(`script-src 'self' ${till.sandboxUrl};`);
    const kept = await clerk.get(`${paths.newCard(customer.id)}?account=${till.account.id}&consent=yes`);
    expect(kept.text).toMatch(/name="consent"[^>]* checked/);

    const refused = await clerk.get(`${paths.newCard(customer.id)}?account=${other.id}`);
    expect(refused.text).toContain('takes no cards typed by staff');
    expect(refused.text).toContain(`${paths.newCardLink(customer.id)}?account=${other.id}`);
    expect(refused.headers['content-security-policy']).not.toContain(till.sandboxUrl);
    const pressed = await press(customer.id, { accountId: other.id });
    expect(pressed.status).toBe(409);
    expect(pressed.body.error.code).toBe('keyed-cards-off');
  });

  test('an accountant sees the cards and no button to change them', async () => {
    const customer = await aCustomer(till.house);
    await saveCard(customer.id);
    const page = await accountant.get(paths.customer(customer.id));
    expect(page.text).toContain('4242');
    for (const word of ['Add a card', 'Send a link', 'Make default', 'Yes, remove it']) {
      expect(page.text).not.toContain(word);
    }
  });

  test('a clerk chooses another default and removes a card; a card of another customer is refused', async () => {
    const customer = await aCustomer(till.house);
    await saveCard(customer.id);
    await saveCard(customer.id);
    const [first, second] = await cardsOf(till.house.db, customer.id);
    await clerk.post(paths.defaultCard(customer.id, second?.id ?? ''));
    expect((await cardsOf(till.house.db, customer.id))[0]?.id).toBe(second?.id);
    const other = await aCustomer(till.house);
    expect((await clerk.post(paths.removeCard(other.id, first?.id ?? ''))).status).toBe(403);
    expect((await clerk.post(paths.removeCard(customer.id, first?.id ?? ''))).status).toBe(303);
    expect((await cardsOf(till.house.db, customer.id)).map((card) => card.id)).toEqual([second?.id]);
  });

  test('a newer link to save a card takes the place of an older one, and both stand in the list with what they are for', async () => {
    const customer = await aCustomer(till.house);
    const older = await linkFor(customer.id);
    const made = await clerk.post(paths.newCardLink(customer.id), { accountId: till.account.id, expiry: '7d' });
    const newer = /links\/(lnk_\w+)\/letters/.exec(made.headers.location ?? '')?.[1] ?? '';
    expect(await readLink(till.house.db, older.id)).toMatchObject({ endedAs: 'replaced', replacedBy: newer });
    const usable = await listLinks(till.house.db, { state: 'usable', customerId: customer.id }, till.clock.now());
    expect(usable.rows.map((row) => row.id)).toEqual([newer]);
    const closed = await listLinks(till.house.db, { state: 'closed', customerId: customer.id }, till.clock.now());
    expect(closed.rows).toEqual([]);
    expect((await clerk.get(`${paths.links()}?customer=${customer.id}`)).text).toContain('A card to save');
    expect((await clerk.get(paths.link(newer))).text).toContain('Nothing is charged.');
    expect((await clerk.get(paths.sendLink(newer))).text).toContain('asks you to save a card');
  });

  test('cards that end this month or the next are listed, the first to end first, and a new one is asked for in two clicks', async () => {
    const customer = await aCustomer(till.house, { name: 'Oyster & Co' });
    const [thisMonth, nextMonth] = monthsToList(till.clock.now().toISOString().slice(0, 10));
    const template = { customer_id: customer.id, account_id: till.account.id, brand: 'visa', created_at: '' };
    const ending = Array.from({ length: PAGE_SIZE + 2 }, (_, n) => ({
      ...template,
      id: newId('crd'),
      method_ref: `pm_${n}`,
      last4: String(1000 + n),
      exp_year: n % 2 ? thisMonth.expYear : nextMonth.expYear,
      exp_month: n % 2 ? thisMonth.expMonth : nextMonth.expMonth,
      removed_at: null,
    }));
    await till.house.db.q.insertInto('saved_card').values(ending).execute();
    const first = await expiringCards(till.house.db, [thisMonth, nextMonth]);
    expect(first).toHaveLength(PAGE_SIZE + 1);
    const cursor = writeExpiringCursor(first[PAGE_SIZE - 1] as (typeof first)[number]);
    const rest = await expiringCards(till.house.db, [thisMonth, nextMonth], readExpiringCursor(cursor));
    const all = [...first.slice(0, PAGE_SIZE), ...rest];
    expect(new Set(all.map((card) => card.id)).size).toBe(PAGE_SIZE + 2);
    expect(all[0]).toMatchObject(thisMonth);
    expect(all.at(-1)).toMatchObject(nextMonth);

    const page = await clerk.get(paths.expiringCards());
    expect(page.text).toContain('Oyster &amp; Co');
    expect(page.text).toContain('This month');
    expect(page.text).toContain(`after=${encodeURIComponent(cursor)}`);
    const asked = await clerk.post(paths.newCardLink(customer.id), { accountId: till.account.id, expiry: '14d' });
    const letter = await clerk.get(String(asked.headers.location));
    expect(letter.text).toContain(`value="${customer.email}"`);
    expect((await accountant.get(paths.expiringCards())).text).not.toContain('Ask for a new card');
  });

  test('a link to save a card shows no sum and takes no payment, and looking at it writes nothing', async () => {
    const link = await aCardLink();
    const before = await till.house.db.read
      .selectFrom('audit')
      .select((q) => q.fn.max('seq').as('seq'))
      .execute();
    const page = await supertest(till.url)
      .get(paths.pay(tokenOf(link)))
      .expect(200);
    expect(page.text).toContain('Save card');
    expect(page.text).not.toMatch(/€|Pay /);
    await supertest(till.url)
      .get(paths.paySummaryPdf(tokenOf(link)))
      .expect(404);
    await supertest(till.url)
      .post(paths.payAttempts(tokenOf(link)))
      .send({})
      .expect(404);
    await supertest(till.url)
      .post(paths.payAccessCode(tokenOf(link)))
      .expect(404);
    const after = await till.house.db.read
      .selectFrom('audit')
      .select((q) => q.fn.max('seq').as('seq'))
      .execute();
    expect(after).toEqual(before);
  });

  test('a customer who left the bank’s page may go on with it or start again, and is told so', async () => {
    const link = await aCardLink();
    const asked = await supertest(till.url)
      .post(paths.payCardSetups(tokenOf(link)))
      .set('accept', 'application/json')
      .send({ submissionId: randomUUID(), confirmationToken: await till.cardToken(CARDS.challenge) });
    expect(asked.body).toMatchObject({ state: 'challenge', clientSecret: expect.stringMatching(/^seti_/) });
    const waiting = await supertest(till.url)
      .get(paths.pay(tokenOf(link)))
      .expect(200);
    expect(waiting.text).toContain('Continue with your bank');
    const again = await supertest(till.url).post(asked.body.attempt).set('accept', 'application/json').send({});
    expect(again.body.state).toBe('challenge');
    const other = await aCardLink();
    await supertest(till.url)
      .get(paths.payCardSetup(tokenOf(other), String(asked.body.attempt).split('/').at(-1) ?? ''))
      .expect(404);
    await supertest(till.url)
      .post(paths.payStartAgain(tokenOf(link)))
      .expect(303);
    const form = await supertest(till.url)
      .get(paths.pay(tokenOf(link)))
      .expect(200);
    expect(form.text).toContain('Save card');
  });

  test('a link to save a card that ended says which way, and a new one can be asked for', async () => {
    const [revoked, expired] = [await aCardLink(), await aCardLink()];
    await revokeLink(till.house, { linkId: revoked.id, actor: SYSTEM });
    const page = await supertest(till.url)
      .get(paths.pay(tokenOf(revoked)))
      .expect(410);
    expect(page.text).toContain('This link was withdrawn');
    till.clock.advance(16 * DAY_MS);
    await supertest(till.url)
      .get(paths.pay(tokenOf(expired)))
      .expect(410);
    const late = await supertest(till.url)
      .post(paths.payCardSetups(tokenOf(expired)))
      .set('accept', 'application/json')
      .send({ submissionId: randomUUID(), confirmationToken: await till.cardToken() });
    expect(late.status).toBe(410);
    await supertest(till.url)
      .post(paths.payNewLink(tokenOf(expired)))
      .type('form')
      .send({})
      .expect(200);
    const asked = await till.house.db.read
      .selectFrom('case_file')
      .select('summary')
      .where('subject_id', '=', expired.id)
      .executeTakeFirst();
    expect(asked?.summary).toContain('opened a payment link for saving a card that is expired');
    till.clock.advance(-16 * DAY_MS);
  });
});

test.each([
  ['2026-11-30', 'expires-soon'],
  ['2026-10-01', 'expires-soon'],
  ['2026-09-30', 'good'],
  ['2026-12-01', 'expired'],
])('a card that ends in November 2026 is, on %s: %s', (today, state) => {
  expect(expiryState({ expMonth: 11, expYear: 2026 }, today)).toBe(state);
});

test('the month after December is January', () => {
  expect(monthsToList('2026-12-31')).toEqual([
    { expYear: 2026, expMonth: 12 },
    { expYear: 2027, expMonth: 1 },
  ]);
});
