import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { cardsOf } from '../../src/cards/cards.store.ts';
import { chargeableCard } from '../../src/cards/chargeable-card.ts';
import { chooseDefaultCard } from '../../src/cards/choose-default-card.ts';
import { detachRemovedCards } from '../../src/cards/detach-removed-cards.ts';
import { refreshCard } from '../../src/cards/refresh-card.ts';
import { removeCard } from '../../src/cards/remove-card.ts';
import type { SavedCard } from '../../src/cards/saved-card.ts';
import { startSetup } from '../../src/cards/start-setup.ts';
import { issueSaveCardLink } from '../../src/links/issue-save-card-link.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { checkCards } from '../../src/reconcile/check-cards.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { openTill, type Till } from '../support/till.ts';

const DETACH = { method: 'POST', path: '/v1/payment_methods/*/detach' };

describe.each(ENGINES)('saved cards on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterEach(() => till.control('DELETE', '/faults'));
  afterAll(() => till.stop());

  const saved = async (customerId?: string): Promise<SavedCard> => {
    const owner = customerId ?? (await aCustomer(till.house)).id;
    const link = await issueSaveCardLink(till.house, { customerId: owner, expiry: '14d', actor: SYSTEM });
    await startSetup(till.house, {
      from: { linkId: link.id },
      submissionId: randomUUID(),
      confirmationToken: await till.cardToken(),
      consent: { wording: 'Keep my card.', language: 'en' },
      ip: randomUUID(),
    });
    return (await cardsOf(till.house.db, owner)).sort((a, b) => (a.id < b.id ? 1 : -1))[0] as SavedCard;
  };
  const ownerAtGateway = async ({ methodRef }: SavedCard) => {
    const { payment_methods } = await till.control<{ payment_methods: Array<{ id: string; customer: string | null }> }>(
      'GET',
      '/ledger',
    );
    return payment_methods.find((one) => one.id === methodRef)?.customer;
  };
  const casesOf = (customerId: string) =>
    till.house.db.read.selectFrom('case_file').selectAll().where('customer_id', '=', customerId).execute();
  const consentOf = ({ id }: SavedCard) =>
    till.house.db.read.selectFrom('consent').selectAll().where('saved_card_id', '=', id).executeTakeFirstOrThrow();
  const charge = (card: SavedCard, over: Partial<Parameters<typeof chargeableCard>[1]> = {}) =>
    chargeableCard(till.house, {
      cardId: card.id,
      customerId: card.customerId,
      accountId: card.accountId,
      actor: SYSTEM,
      ...over,
    });

  test('one that is removed is gone at the gateway too, its consent is withdrawn, and it can never be charged', async () => {
    const card = await saved();
    expect((await charge(card)).methodRef).toBe(card.methodRef);
    const clerk = await hirePerson(till, 'clerk');
    const wish = { cardId: card.id, customerId: card.customerId, actor: { kind: 'person', id: clerk.id } as const };
    const outcomes = await Promise.all([removeCard(till.house, wish), removeCard(till.house, wish)]);
    expect(outcomes.sort()).toEqual([false, true]);
    expect(await cardsOf(till.house.db, card.customerId)).toEqual([]);
    expect(await consentOf(card)).toMatchObject({
      withdrawn_at: expect.any(String),
      withdrawn_by_kind: 'person',
      withdrawn_by: clerk.id,
    });
    expect(await ownerAtGateway(card)).toBeNull();
    await expect(charge(card)).rejects.toMatchObject({ code: 'card-removed', status: 409 });
    expect(await casesOf(card.customerId)).toEqual([]);
  });

  test('one that is removed while the gateway is down is removed here at once, and there by the job', async () => {
    const card = await saved();
    await till.control('POST', '/faults', { match: DETACH, do: 'refuse', times: 4 });
    await removeCard(till.house, { cardId: card.id, customerId: card.customerId, actor: SYSTEM });
    expect(await cardsOf(till.house.db, card.customerId)).toEqual([]);
    expect(await ownerAtGateway(card)).toEqual(expect.any(String));
    await till.control('DELETE', '/faults');
    expect(await detachRemovedCards(till.house)).toBe(0);
    till.clock.advance(3 * MINUTE_MS);
    expect(await detachRemovedCards(till.house)).toBe(1);
    expect(await ownerAtGateway(card)).toBeNull();
    till.clock.advance(60 * MINUTE_MS);
    expect(await detachRemovedCards(till.house)).toBe(0);
  });

  test('staff are told when the customer removes one', async () => {
    const card = await saved();
    const actor = { kind: 'customer', id: card.customerId } as const;
    await removeCard(till.house, { cardId: card.id, customerId: card.customerId, actor });
    expect(await casesOf(card.customerId)).toMatchObject([{ kind: 'card-removed' }]);
    expect(await consentOf(card)).toMatchObject({ withdrawn_by_kind: 'customer', withdrawn_by: null });
  });

  test('one of another customer, of another account, or without consent is refused, and the first is audited', async () => {
    const [card, other] = [await saved(), await aCustomer(till.house)];
    const foreign = { code: 'card-foreign', status: 403 };
    await expect(charge(card, { customerId: other.id })).rejects.toMatchObject(foreign);
    const wish = { cardId: card.id, customerId: other.id, actor: SYSTEM };
    await expect(removeCard(till.house, wish)).rejects.toMatchObject(foreign);
    await expect(chooseDefaultCard(till.house, wish)).rejects.toMatchObject(foreign);
    const audited = await till.house.db.read
      .selectFrom('audit')
      .select('action')
      .where('subject_id', '=', other.id)
      .where('action', '=', 'card.foreign-refused')
      .execute();
    expect(audited).toHaveLength(3);
    expect((await cardsOf(till.house.db, card.customerId))[0]?.isDefault).toBe(true);

    const account = await aSandboxAccount(till.house);
    await expect(charge(card, { accountId: account.id })).rejects.toMatchObject({ code: 'card-account', status: 409 });
    await till.house.db.q
      .updateTable('consent')
      .set({ withdrawn_at: till.clock.now().toISOString() })
      .where('saved_card_id', '=', card.id)
      .execute();
    await expect(charge(card)).rejects.toMatchObject({ code: 'card-removed' });
  });

  test('in a transaction a card is held: who removes it meanwhile comes after', async () => {
    const card = await saved();
    const order: string[] = [];
    let inside = () => {};
    const entered = new Promise<void>((done) => {
      inside = done;
    });
    const charging = till.house.db.tx(async () => {
      await charge(card);
      inside();
      await new Promise((done) => setTimeout(done, 100));
      order.push('charged');
    });
    await entered;
    await removeCard(till.house, { cardId: card.id, customerId: card.customerId, actor: SYSTEM });
    order.push('removed');
    await charging;
    expect(order).toEqual(['charged', 'removed']);
  });

  test('a customer has one default, whoever chooses at once; the first card is it, and a removed one is it no longer', async () => {
    const first = await saved();
    const others = [await saved(first.customerId), await saved(first.customerId)];
    const defaults = async () => (await cardsOf(till.house.db, first.customerId)).filter((card) => card.isDefault);
    expect(await defaults()).toMatchObject([{ id: first.id }]);
    await Promise.all(
      others.map((card) =>
        chooseDefaultCard(till.house, { cardId: card.id, customerId: card.customerId, actor: SYSTEM }),
      ),
    );
    const [chosen, ...more] = await defaults();
    expect(more).toEqual([]);
    expect(others.map((card) => card.id)).toContain(chosen?.id);
    const wish = { cardId: chosen?.id ?? '', customerId: first.customerId, actor: SYSTEM };
    await removeCard(till.house, wish);
    expect(await defaults()).toEqual([]);
    await expect(chooseDefaultCard(till.house, wish)).rejects.toMatchObject({ code: 'card-removed' });
  });

  test('two cards that come at once to a customer without any are both kept, one as the default', async () => {
    const owner = await aCustomer(till.house);
    const account = till.account.id;
    const first = await issueSaveCardLink(till.house, {
      customerId: owner.id,
      accountId: account,
      expiry: '14d',
      actor: SYSTEM,
    });
    const clerk = await hirePerson(till, 'clerk');
    const sources = [
      { linkId: first.id },
      { personId: clerk.id, customerId: owner.id, accountId: account },
      { personId: clerk.id, customerId: owner.id, accountId: account },
    ];
    const requests = await Promise.all(
      sources.map(async (from) => ({
        from,
        submissionId: randomUUID(),
        confirmationToken: await till.cardToken(),
        consent: { wording: 'Keep my card.', language: 'en' },
        ip: randomUUID(),
      })),
    );
    const made = await Promise.all(requests.map((request) => startSetup(till.house, request)));
    expect(made.map((setup) => setup.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const cards = await cardsOf(till.house.db, owner.id);
    expect(cards.map((card) => card.isDefault)).toEqual([true, false, false]);
  });

  test('a card that the gateway renews is renewed here; one that is gone there is removed here, with a case', async () => {
    const card = await saved();
    const at = { accountId: card.accountId, methodRef: card.methodRef };
    const { secret_key_sealed } = await till.house.db.read
      .selectFrom('account')
      .select('secret_key_sealed')
      .where('id', '=', card.accountId)
      .executeTakeFirstOrThrow();
    await fetch(`${till.sandboxUrl}/v1/payment_methods/${card.methodRef}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${till.house.sealer.open(secret_key_sealed)}` },
      body: new URLSearchParams({ 'card[exp_month]': '7', 'card[exp_year]': '2044' }),
    });
    await refreshCard(till.house, at);
    expect(await cardsOf(till.house.db, card.customerId)).toMatchObject([{ expMonth: 7, expYear: 2044 }]);

    await till.control('POST', '/faults', { webhooks: 'normal' });
    await (await gatewayOf(till.house, card.accountId)).detachCard(card.methodRef);
    await till.control('POST', '/webhooks/flush');
    for (let tried = 0; tried < 40 && (await casesOf(card.customerId)).length === 0; tried++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(await cardsOf(till.house.db, card.customerId)).toEqual([]);
    expect(await casesOf(card.customerId)).toMatchObject([{ kind: 'card-removed' }]);
  });

  test('a card that is kept without a consent, or whose consent outlived it, is named by the check of the books', async () => {
    const card = await saved();
    const consent = await consentOf(card);
    const { db } = till.house;
    const faults = async () =>
      (await checkCards(db)).flatMap(({ broken }) =>
        broken.filter((row) => row.id === card.id).map((row) => row.fault),
      );
    expect(await faults()).toEqual([]);
    const withdraw = (at: string | null) =>
      db.q.updateTable('consent').set({ withdrawn_at: at }).where('id', '=', consent.id).execute();
    await withdraw(till.clock.now().toISOString());
    expect(await faults()).toEqual(['kept without a consent that stands']);
    await removeCard(till.house, { cardId: card.id, customerId: card.customerId, actor: SYSTEM });
    expect(await faults()).toEqual([]);
    await withdraw(null);
    expect(await faults()).toEqual(['removed, but a consent stands']);
    await withdraw(till.clock.now().toISOString());
  });
});
