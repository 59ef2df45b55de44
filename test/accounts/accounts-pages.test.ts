import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isDefaultAccount, listAccounts, readAccount } from '../../src/accounts/accounts.store.ts';
import { paths } from '../../src/paths.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { startHouse, type TestHouse } from '../support/house.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';

const SECRET = 'sk_test_51QrsTuvWx0987';
const WEBHOOK_SECRET = 'whsec_Zq81mMnO93kd';

describe('payment services in the office', () => {
  let at: TestHouse;
  let admin: SignedInBrowser;
  let clerk: SignedInBrowser;
  beforeAll(async () => {
    at = await startHouse();
    admin = await signIn(at, 'admin');
    clerk = await signIn(at, 'clerk');
  });
  afterAll(() => at.stop());

  const freshForm = async () => {
    const page = await admin.get(paths.newAccount());
    const id = /name="id" value="([^"]+)"/.exec(page.text)?.[1] as string;
    return {
      page,
      fields: {
        id,
        name: `Shop ${id.slice(-4)}`,
        kind: 'sandbox',
        publishableKey: 'pk_test_51QrsTuvWx0987',
        secretKey: SECRET,
        webhookSecret: WEBHOOK_SECRET,
        currencies: 'eur, gbp',
        statementSuffix: 'SHOP',
      },
    };
  };

  test('an empty list says what to do', async () => {
    expect((await admin.get(paths.accounts())).text).toContain('No payment service yet');
    expect((await clerk.get(paths.accounts())).text).not.toContain(paths.newAccount());
  });

  test('an administrator connects one; the address for the gateway’s messages is known before', async () => {
    const { page, fields } = await freshForm();
    expect(page.text).toContain(`${at.url}${paths.webhook(fields.id)}`);
    expect(page.text).toContain('payment_intent.succeeded');
    const made = await admin.post(paths.accounts(), fields);
    expect(made.status).toBe(303);
    expect(made.headers.location).toBe(paths.account(fields.id));
    const shown = await admin.get(paths.account(fields.id));
    for (const text of [fields.name, 'EUR, GBP', 'SHOP', 'Default', 'Test', 'Active', 'pk_test_51QrsTuvWx0987']) {
      expect(shown.text).toContain(text);
    }
    const list = await clerk.get(paths.accounts());
    for (const text of [fields.name, 'Sandbox', 'Test', 'Default', 'Never']) expect(list.text).toContain(text);
    for (const { text } of [shown, list]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(WEBHOOK_SECRET);
    }
  });

  test('a faulty form is shown again with errors by their fields, what was typed, and no secret', async () => {
    const { fields } = await freshForm();
    const answer = await admin.post(paths.accounts(), {
      ...fields,
      publishableKey: 'pk_live_51QrsTuvWx0987',
      currencies: 'EURO',
      statementSuffix: '123',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('&#34;EURO&#34; is no currency code');
    expect(answer.text).toContain('Use at least one letter.');
    expect(answer.text).toContain(`value="${fields.name}"`);
    expect(answer.text).toContain(`name="id" value="${fields.id}"`);
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain(WEBHOOK_SECRET);
    expect((await listAccounts(at.house.db)).map((account) => account.name)).not.toContain(fields.name);
  });

  test('a field that the page does not have is refused', async () => {
    const { fields } = await freshForm();
    expect((await admin.post(paths.accounts(), { ...fields, active: '1' })).status).toBe(400);
    expect((await admin.post(paths.accounts(), { ...fields, id: 'acc_mine' })).status).toBe(422);
  });

  test('another is made the default, and the first switched off', async () => {
    const [first] = await listAccounts(at.house.db);
    const other = await aSandboxAccount(at.house, { name: 'Other shop' });
    const off = (id: string) => admin.post(paths.switchAccount(id), { active: 'no' });
    expect((await off(first?.id ?? '')).status).toBe(409);
    expect((await admin.post(paths.defaultAccount(other.id))).status).toBe(303);
    expect(await isDefaultAccount(at.house.db, other.id)).toBe(true);
    expect((await off(first?.id ?? '')).status).toBe(303);
    expect((await admin.get(paths.account(first?.id ?? ''))).text).toContain('Switched off');
    expect((await admin.post(paths.switchAccount(first?.id ?? ''), { active: 'maybe' })).status).toBe(400);
  });

  test('one is the default for a currency, which the list shows, and no longer when it is taken away', async () => {
    const { id } = await aSandboxAccount(at.house, { name: 'Kroner', currencies: ['NOK', 'SEK'] });
    expect((await admin.post(paths.defaultAccount(id), { currency: 'nok' })).status).toBe(303);
    expect((await admin.post(paths.defaultAccount(id), { currency: 'SEK' })).status).toBe(303);
    for (const path of [paths.accounts(), paths.account(id)]) {
      expect((await admin.get(path)).text).toContain('Default for NOK, SEK');
    }
    await admin.post(paths.endCurrencyDefault(id), { currency: 'NOK' });
    expect((await admin.get(paths.accounts())).text).toMatch(/Default for SEK</);

    const unfit = await admin.post(paths.defaultAccount(id), { currency: 'EUR' });
    expect(unfit.status).toBe(422);
    expect(unfit.text).toContain('does not take EUR');
    const unknown = await admin.post(paths.defaultAccount(id), { currency: 'EURO' });
    expect(unknown.status).toBe(422);
    expect(unknown.text).toContain('Write the code of a currency');
    expect((await admin.post(paths.endCurrencyDefault(id), { currency: '' })).status).toBe(409);
  });

  test('services to add are told apart in a sentence each; in production there is no sandbox', async () => {
    const page = (await admin.get(paths.accounts())).text;
    for (const text of ['Add services', 'Connect Stripe', 'Connect a sandbox', 'moves no money']) {
      expect(page).toContain(text);
    }
    expect((await admin.get(paths.newAccount('sandbox'))).text).toContain('Secret key');
    const { config } = at.house;
    config.production = true;
    try {
      expect((await admin.get(paths.accounts())).text).not.toContain('Connect a sandbox');
    } finally {
      config.production = false;
    }
  });

  test('a check that fails names what is wrong and when', async () => {
    const { id } = await aSandboxAccount(at.house);
    expect((await admin.post(paths.checkAccount(id))).status).toBe(303);
    const page = await admin.get(paths.account(id));
    expect(page.text).toContain('The check found something wrong.');
    expect(page.text).toContain('The gateway could not be reached.');
    expect((await readAccount(at.house.db, id)).checkedAt).toBeDefined();
  });

  test('keys are replaced without being shown', async () => {
    const { id } = await aSandboxAccount(at.house);
    const answer = await admin.post(paths.replaceKeys(id), { secretKey: '', webhookSecret: 'short' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('It begins with whsec_.');
    expect((await admin.post(paths.replaceKeys(id), { secretKey: '', webhookSecret: WEBHOOK_SECRET })).status).toBe(
      303,
    );
    expect((await admin.get(paths.account(id))).text).not.toContain(WEBHOOK_SECRET);
  });

  test('a clerk reads and changes nothing', async () => {
    const { id } = await aSandboxAccount(at.house);
    const page = await clerk.get(paths.account(id));
    expect(page.status).toBe(200);
    for (const button of [
      'Check now',
      'Replace keys',
      'Switch off',
      'Set as default',
      'Switch keyed cards on',
      'Change the brand',
    ]) {
      expect(page.text).not.toContain(button);
    }
    expect((await clerk.get(paths.newAccount())).status).toBe(403);
    for (const path of [
      paths.checkAccount(id),
      paths.defaultAccount(id),
      paths.switchAccount(id),
      paths.replaceKeys(id),
      paths.endCurrencyDefault(id),
      paths.forgetOlderSecret(id),
      paths.keyedCards(id),
      paths.accountBrand(id),
      paths.accountLogo(id),
      paths.removeAccountLogo(id),
    ]) {
      expect((await clerk.post(path, {})).status).toBe(403);
    }
  });
});
