import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { gatewayOf } from '../../src/accounts/accounts.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { readSetup } from '../../src/cards/card-setups.store.ts';
import { cardsOf } from '../../src/cards/cards.store.ts';
import { countDecline, DECLINES_PER_PERSON } from '../../src/cards/decline-limits.ts';
import { settleSetup } from '../../src/cards/settle-setup.ts';
import { type SetupRequest, startSetup } from '../../src/cards/start-setup.ts';
import { sweepSetups } from '../../src/cards/sweep-setups.ts';
import { issueSaveCardLink } from '../../src/links/issue-save-card-link.ts';
import type { Link } from '../../src/links/link.ts';
import { readLink } from '../../src/links/links.store.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { retryEvents } from '../../src/webhooks/retry-events.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer } from '../support/seeds.ts';
import { hirePerson } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

const CREATE = { method: 'POST', path: '/v1/setup_intents' };
const CONFIRM = { method: 'POST', path: '/v1/setup_intents/*/confirm' };
const READ = { method: 'GET', path: '/v1/setup_intents/*' };

interface GatewaySetupIntent {
  id: string;
  status: string;
  metadata: Record<string, string>;
}

describe.each(ENGINES)('a card that is saved without a payment, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterEach(async () => {
    await till.control('DELETE', '/faults');
    await till.control('POST', '/faults', { webhooks: 'off' });
  });
  afterAll(() => till.stop());

  const fault = (match: object, deed: string, times = 1) => till.control('POST', '/faults', { match, do: deed, times });
  const aCardLink = async () =>
    issueSaveCardLink(till.house, {
      customerId: (await aCustomer(till.house)).id,
      accountId: till.account.id,
      expiry: '14d',
      actor: SYSTEM,
    });
  const press = async (link: Link, card?: string): Promise<SetupRequest> => ({
    from: { linkId: link.id },
    submissionId: randomUUID(),
    confirmationToken: await till.cardToken(card),
    consent: { wording: 'Keep my card.', language: 'en' },
    // Brakes against card testing count per address.
    ip: randomUUID(),
  });
  const save = async (link: Link, card?: string) => startSetup(till.house, await press(link, card));
  const atGateway = async (setupId: string) => {
    const { setup_intents } = await till.control<{ setup_intents: GatewaySetupIntent[] }>('GET', '/ledger');
    return setup_intents.filter((one) => one.metadata.setup === setupId);
  };
  /** What the customer does on the bank's page. */
  const atBank = async (setupId: string, outcome: 'complete' | 'fail') => {
    const gateway = await gatewayOf(till.house, till.account.id);
    const { ref, clientSecret = '' } = await gateway.readSetup((await atGateway(setupId))[0]?.id ?? '');
    const body = new URLSearchParams({ client_secret: clientSecret, outcome });
    await fetch(`${till.sandboxUrl}/challenge/${ref}`, { method: 'POST', body, redirect: 'manual' });
  };
  const consentsOf = (customerId: string) =>
    till.house.db.read.selectFrom('consent').selectAll().where('customer_id', '=', customerId).execute();
  const minutesPass = async (minutes: number) => {
    till.clock.advance(minutes * MINUTE_MS);
    await sweepSetups(till.house);
  };

  test('is kept with the consent that was given, becomes the default, and the link is used', async () => {
    const link = await aCardLink();
    const request = await press(link);
    const setup = await startSetup(till.house, request);
    expect(setup.state).toBe('succeeded');
    expect(await cardsOf(till.house.db, link.customerId)).toMatchObject([
      { brand: 'visa', last4: '4242', expMonth: 12, expYear: 2040, accountId: till.account.id, isDefault: true },
    ]);
    expect(await consentsOf(link.customerId)).toMatchObject([
      { wording: 'Keep my card.', ip: request.ip, card_setup_id: setup.id, recorded_by: null, withdrawn_at: null },
    ]);
    expect((await readLink(till.house.db, link.id)).endedAs).toBe('used');
    expect(await till.intents()).toEqual([]);
    await expect(save(link)).rejects.toMatchObject({ code: 'link-ended', status: 410 });
  });

  test('is kept once, whoever settles it how often', async () => {
    const link = await aCardLink();
    const setup = await save(link);
    await Promise.all(Array.from({ length: 5 }, () => settleSetup(till.house, setup.id)));
    expect(await cardsOf(till.house.db, link.customerId)).toHaveLength(1);
    expect(await consentsOf(link.customerId)).toHaveLength(1);
  });

  test('a declined card is not kept, the link lives on, and nothing stays open at the gateway', async () => {
    const link = await aCardLink();
    const declined = await save(link, CARDS.noFunds);
    expect(declined).toMatchObject({ state: 'declined', declineCategory: 'insufficient-funds' });
    expect(await cardsOf(till.house.db, link.customerId)).toEqual([]);
    await minutesPass(1);
    expect(await atGateway(declined.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await save(link)).state).toBe('succeeded');
  });

  test('the same press sent twice, at once and later, is one try and one card', async () => {
    const link = await aCardLink();
    const request = await press(link);
    const [first, second] = await Promise.all([startSetup(till.house, request), startSetup(till.house, request)]);
    expect(first?.id).toBe(second?.id);
    expect(await startSetup(till.house, request)).toMatchObject({ id: first?.id, state: 'succeeded' });
    expect(await cardsOf(till.house.db, link.customerId)).toHaveLength(1);
    const other = await aCardLink();
    await expect(startSetup(till.house, { ...request, from: { linkId: other.id } })).rejects.toMatchObject({
      code: 'unknown-link',
    });
  });

  test('two people who save a card through one link at once: one card is kept', async () => {
    const link = await aCardLink();
    const presses = await Promise.all(Array.from({ length: 6 }, () => press(link)));
    const outcomes = await Promise.allSettled(presses.map((one) => startSetup(till.house, one)));
    const ends = outcomes.map((one) => (one.status === 'fulfilled' ? one.value.state : one.reason.code));
    expect(ends.filter((end) => end === 'succeeded')).toHaveLength(1);
    for (const end of ends) expect(['succeeded', 'in-flight', 'link-ended']).toContain(end);
    expect(await cardsOf(till.house.db, link.customerId)).toHaveLength(1);
  });

  test('a bank that asks is answered first; only then the card is kept, also when only its message tells', async () => {
    const link = await aCardLink();
    const asked = await save(link, CARDS.challenge);
    expect(asked.state).toBe('challenged');
    await expect(save(link)).rejects.toMatchObject({ code: 'in-flight' });
    await till.control('POST', '/faults', { webhooks: 'normal' });
    await atBank(asked.id, 'complete');
    await till.control('POST', '/webhooks/flush');
    await retryEvents(till.house);
    for (let tried = 0; tried < 40 && (await readSetup(till.house.db, asked.id)).state === 'challenged'; tried++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect((await readSetup(till.house.db, asked.id)).state).toBe('succeeded');
    expect(await cardsOf(till.house.db, link.customerId)).toHaveLength(1);
  });

  test('a failed challenge is a decline with its reason', async () => {
    const link = await aCardLink();
    const asked = await save(link, CARDS.challenge);
    await atBank(asked.id, 'fail');
    expect(await settleSetup(till.house, asked.id)).toBe('declined');
    expect((await readSetup(till.house.db, asked.id)).declineCategory).toBe('authentication-failed');
    expect(await cardsOf(till.house.db, link.customerId)).toEqual([]);
  });

  test('an outcome that was lost is found by the sweeper', async () => {
    const link = await aCardLink();
    const request = await press(link);
    await fault(CONFIRM, 'reset_after', 2);
    await fault(READ, 'refuse', 2);
    expect((await startSetup(till.house, request)).state).toBe('sent');
    await till.control('DELETE', '/faults');
    await minutesPass(2);
    expect((await startSetup(till.house, request)).state).toBe('succeeded');
    expect(await cardsOf(till.house.db, link.customerId)).toHaveLength(1);
  });

  test('a confirm that never arrived is given up by cancelling, and is never repeated', async () => {
    const link = await aCardLink();
    await fault(CONFIRM, 'refuse', 2);
    const sent = await save(link);
    expect(sent.state).toBe('sent');
    await minutesPass(2);
    expect((await readSetup(till.house.db, sent.id)).state).toBe('sent');
    await minutesPass(4);
    expect((await readSetup(till.house.db, sent.id)).state).toBe('abandoned');
    expect(await atGateway(sent.id)).toMatchObject([{ status: 'canceled' }]);
    expect((await save(link)).state).toBe('succeeded');
  });

  test('a gateway that breaks before the confirm keeps nothing, the customer may press at once, and what it made is cancelled', async () => {
    const link = await aCardLink();
    await fault(CREATE, 'reset_after', 2);
    const broken = await save(link);
    expect(broken.state).toBe('abandoned');
    expect((await save(link)).state).toBe('succeeded');
    await minutesPass(1);
    expect(await atGateway(broken.id)).toMatchObject([{ status: 'canceled' }]);
  });

  test('a try that is given up while the gateway is slow is never confirmed', async () => {
    const link = await aCardLink();
    await till.control('DELETE', '/requests');
    await till.control('POST', '/faults', { match: CREATE, do: 'hold_after', hold: 'create' });
    const request = await press(link);
    const pressed = startSetup(till.house, request);
    const arrived = async () => JSON.stringify(await till.control('GET', '/requests')).includes('/v1/setup_intents');
    while (!(await arrived())) await new Promise((done) => setTimeout(done, 20));
    await minutesPass(2);
    await till.control('POST', '/release', { hold: 'create' });
    const setup = await pressed;
    expect(setup.state).toBe('abandoned');
    await minutesPass(2);
    expect(await atGateway(setup.id)).toMatchObject([{ status: 'canceled' }]);
    expect(await cardsOf(till.house.db, link.customerId)).toEqual([]);
    expect(await startSetup(till.house, request)).toMatchObject({ id: setup.id, state: 'abandoned' });
  });

  test('a challenge that nobody answers is cancelled at the gateway after 30 minutes, or when the link is revoked', async () => {
    const [link, revoked] = [await aCardLink(), await aCardLink()];
    const [left, withdrawn] = [await save(link, CARDS.challenge), await save(revoked, CARDS.challenge)];
    await revokeLink(till.house, { linkId: revoked.id, actor: SYSTEM });
    await minutesPass(2);
    expect((await readSetup(till.house.db, left.id)).state).toBe('challenged');
    expect((await readSetup(till.house.db, withdrawn.id)).state).toBe('abandoned');
    await minutesPass(29);
    expect((await readSetup(till.house.db, left.id)).state).toBe('abandoned');
    expect(await atGateway(left.id)).toMatchObject([{ status: 'canceled' }]);
    expect(await cardsOf(till.house.db, link.customerId)).toEqual([]);
  });

  test('a card typed by staff for a customer on the phone is kept with who recorded the consent, and no bank is asked', async () => {
    const [customer, clerk] = [await aCustomer(till.house), await hirePerson(till, 'clerk')];
    const request = {
      ...(await press(await aCardLink(), CARDS.challenge)),
      from: { personId: clerk.id, customerId: customer.id, accountId: till.account.id },
    };
    expect((await startSetup(till.house, request)).state).toBe('succeeded');
    expect(await consentsOf(customer.id)).toMatchObject([{ wording: 'Keep my card.', recorded_by: clerk.id }]);
  });

  test('declines of cards that somebody keys count for that person, not for the address that the office shares', async () => {
    const { id: customerId } = await aCustomer(till.house);
    const [clerk, colleague] = [await hirePerson(till, 'clerk'), await hirePerson(till, 'clerk')];
    const ip = randomUUID();
    const key = async (personId: string, card?: string) =>
      startSetup(till.house, {
        from: { personId, customerId, accountId: till.account.id },
        submissionId: randomUUID(),
        confirmationToken: await till.cardToken(card),
        consent: { wording: 'Keep my card.', language: 'en' },
        ip,
      });
    expect((await key(clerk.id, CARDS.declined)).state).toBe('declined');
    for (let more = 1; more < DECLINES_PER_PERSON; more++) {
      await countDecline(till.house, { linkId: undefined, startedBy: clerk.id, ip });
    }
    await expect(key(clerk.id)).rejects.toMatchObject({ code: 'too-many-declines' });
    expect((await key(colleague.id)).state).toBe('succeeded');
  });
});
