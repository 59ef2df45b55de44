import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAccount, webhookSecretsOf } from '../../src/accounts/accounts.store.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { paths } from '../../src/paths.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

const OLDER = 'whsec_OlderOne4242';
const NEWER = 'whsec_NewerOne4242';

describe.each(ENGINES)('keys of an account are replaced while money comes in (%s)', (engine) => {
  let at: TestHouse;
  let admin: SignedInBrowser;
  let accountId: string;
  beforeAll(async () => {
    at = await startHouse({ engine });
    admin = await signIn(at, 'admin');
    accountId = (await aSandboxAccount(at.house, { webhookSecret: OLDER })).id;
  });
  afterAll(() => at.stop());

  /** What a message of the gateway sealed under that secret is answered. */
  const sealedUnder = async (secret: string): Promise<number> => {
    const seconds = Math.floor(Date.now() / 1000);
    const object = { id: `pi_${randomUUID()}`, object: 'payment_intent' };
    const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'payment_intent.processing', created: seconds };
    const body = JSON.stringify({ ...event, livemode: false, data: { object } });
    const seal = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    const answer = await fetch(at.url + paths.webhook(accountId), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${seal}` },
      body,
    });
    return answer.status;
  };

  test('messages under the older secret are taken beside the newer one, until it is forgotten', async () => {
    expect(await sealedUnder(OLDER)).toBe(200);
    expect(await sealedUnder(NEWER)).toBe(400);
    expect((await admin.get(paths.account(accountId))).text).not.toContain('Forget the older secret now');

    await admin.post(paths.replaceKeys(accountId), { secretKey: '', webhookSecret: NEWER });
    expect([await sealedUnder(OLDER), await sealedUnder(NEWER)]).toEqual([200, 200]);
    const page = await admin.get(paths.account(accountId));
    expect(page.text).toContain('Two signing secrets are valid now.');
    expect(page.text).toContain('Forget the older secret now');
    const account = await readAccount(at.house.db, accountId);
    expect(account.webhookSecretReplacedAt).toBeDefined();
    expect(account.secretKeyReplacedAt).toBeUndefined();

    expect((await admin.post(paths.forgetOlderSecret(accountId))).status).toBe(303);
    expect((await admin.post(paths.forgetOlderSecret(accountId))).status).toBe(303);
    expect([await sealedUnder(OLDER), await sealedUnder(NEWER)]).toEqual([400, 200]);
    expect(await webhookSecretsOf(at.house, accountId)).toEqual([NEWER]);
    const log = await auditOf(at.house.db, accountId);
    expect(log.map(({ action }) => action)).toEqual([
      'account.connected',
      'account.keys-replaced',
      'account.older-secret-forgotten',
    ]);
    expect(JSON.stringify(log)).not.toContain('whsec_');
  });

  test('the page says when the secret key was replaced', async () => {
    await admin.post(paths.replaceKeys(accountId), { secretKey: 'sk_test_51RolledOver77', webhookSecret: '' });
    expect((await readAccount(at.house.db, accountId)).secretKeyReplacedAt).toBeDefined();
    const page = (await admin.get(paths.account(accountId))).text;
    expect(page).toMatch(/Secret key<\/dt><dd>Kept encrypted, never shown\. Replaced <time/);
    expect(page).not.toContain('sk_test_51RolledOver77');
  });

  test('keyed cards are off until an administrator switches them on, and the log says who did', async () => {
    expect((await readAccount(at.house.db, accountId)).takesKeyedCards).toBe(false);
    for (const allowed of ['yes', 'yes', 'no']) await admin.post(paths.keyedCards(accountId), { allowed });
    const log = (await auditOf(at.house.db, accountId)).filter(({ action }) => action.includes('keyed'));
    expect(log.map(({ action, actorName }) => [action, actorName])).toEqual([
      ['account.keyed-cards-allowed', 'The admin'],
      ['account.keyed-cards-forbidden', 'The admin'],
    ]);
    await admin.post(paths.keyedCards(accountId), { allowed: 'yes' });
    expect((await readAccount(at.house.db, accountId)).takesKeyedCards).toBe(true);
    expect((await admin.post(paths.keyedCards(accountId), { allowed: 'perhaps' })).status).toBe(400);
  });
});
