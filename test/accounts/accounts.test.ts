import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultAccountFor, listAccounts, readAccount, webhookSecretsOf } from '../../src/accounts/accounts.store.ts';
import { checkAccount } from '../../src/accounts/check-account.ts';
import { connectAccount, type NewAccount } from '../../src/accounts/connect-account.ts';
import { replaceKeys } from '../../src/accounts/replace-keys.ts';
import { setDefaultAccount } from '../../src/accounts/set-default-account.ts';
import { statementSuffixProblem } from '../../src/accounts/statement-suffix.ts';
import { switchAccount } from '../../src/accounts/switch-account.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { type AccountCheck, type Gateway, GatewayError } from '../../src/gateway/gateway.ts';
import { insideTransaction } from '../../src/platform/database/database.ts';
import type { House } from '../../src/wire.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

const TEST_KEYS = {
  publishableKey: 'pk_test_51QrsTuvWx0987',
  secretKey: 'sk_test_51QrsTuvWx0987',
  webhookSecret: 'whsec_Zq81mMnO93kd',
};
const LIVE_KEYS = { publishableKey: 'pk_live_51QrsTuvWx0987', secretKey: 'rk_live_51QrsTuvWx0987' };

/** The house with a gateway that answers account checks as told; everything else of it is the real adapter. */
function withGateway(house: House, answer: () => AccountCheck): House & { asked: number } {
  const told: House & { asked: number } = {
    ...house,
    asked: 0,
    gateways: {
      ...house.gateways,
      open: (connection: Parameters<House['gateways']['open']>[0]): Gateway => ({
        ...house.gateways.open(connection),
        checkAccount: async () => {
          expect(insideTransaction()).toBe(false);
          told.asked++;
          return answer();
        },
      }),
    },
  };
  return told;
}

const GOOD: AccountCheck = { accountRef: 'acct_1', livemode: false, country: 'DE', problems: [] };

describe.each(ENGINES)('payment service accounts (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
  });
  afterAll(() => at.stop());

  let made = 0;
  const wanted = (over: Partial<NewAccount> = {}): NewAccount => ({
    name: `Shop ${++made}`,
    kind: 'stripe',
    ...TEST_KEYS,
    currencies: ['EUR', 'GBP'],
    statementSuffix: 'SHOP 1',
    actor: SYSTEM,
    ...over,
  });

  test('the first account that works becomes the default, the second does not', async () => {
    const house = withGateway(at.house, () => GOOD);
    const first = await connectAccount(house, wanted());
    const second = await connectAccount(house, wanted());
    expect(first).toMatchObject({
      active: true,
      livemode: false,
      currencies: ['EUR', 'GBP'],
      problems: [],
      gatewayRef: 'acct_1',
    });
    expect(house.asked).toBe(2);
    expect((await defaultAccountFor(at.house.db, 'USD'))?.id).toBe(first.id);
    expect((await auditOf(at.house.db, second.id)).map((line) => line.action)).toEqual(['account.connected']);
  });

  test('secrets stand sealed in the database and nowhere in the log', async () => {
    const account = await connectAccount(
      withGateway(at.house, () => GOOD),
      wanted(),
    );
    const row = await at.house.db.read.selectFrom('account').selectAll().where('id', '=', account.id).execute();
    const log = await auditOf(at.house.db, account.id);
    for (const text of [JSON.stringify(row), JSON.stringify(log), JSON.stringify(account)]) {
      expect(text).not.toContain(TEST_KEYS.secretKey);
      expect(text).not.toContain(TEST_KEYS.webhookSecret);
    }
    expect(await webhookSecretsOf(at.house, account.id)).toEqual([TEST_KEYS.webhookSecret]);
  });

  test('one that the gateway finds fault with is kept switched off, until a check is clean', async () => {
    const faulty = withGateway(at.house, () => ({ ...GOOD, problems: ['Charges are off.'] }));
    const account = await connectAccount(faulty, wanted());
    expect(account).toMatchObject({ active: false, problems: ['Charges are off.'] });
    const on = { accountId: account.id, active: true, actor: SYSTEM };
    await expect(switchAccount(at.house, on)).rejects.toMatchObject({ code: 'account-unchecked', status: 409 });
    await expect(setDefaultAccount(at.house, on)).rejects.toMatchObject({ code: 'account-off', status: 409 });

    const mended = await checkAccount(
      withGateway(at.house, () => GOOD),
      on,
    );
    expect(mended).toMatchObject({ active: false, problems: [] });
    await switchAccount(at.house, on);
    expect((await readAccount(at.house.db, account.id)).active).toBe(true);
  });

  test('when the gateway does not answer or does not know the key, nothing is kept', async () => {
    const count = async () => (await listAccounts(at.house.db)).length;
    const before = await count();
    const silent = withGateway(at.house, () => {
      throw new GatewayError('unknown-outcome', 'timeout', 'gateway: timeout');
    });
    await expect(connectAccount(silent, wanted())).rejects.toMatchObject({ code: 'gateway-silent', status: 503 });
    const strange = withGateway(at.house, () => {
      throw new GatewayError('bad-keys', 'api_key_expired', 'gateway: api_key_expired');
    });
    await expect(connectAccount(strange, wanted())).rejects.toMatchObject({
      status: 422,
      fields: { secretKey: expect.stringContaining('does not accept the secret key') },
    });
    expect(await count()).toBe(before);
  });

  test('a check that fails is a problem with its time, and the account stays as it is', async () => {
    const account = await connectAccount(
      withGateway(at.house, () => GOOD),
      wanted(),
    );
    const silent = withGateway(at.house, () => {
      throw new GatewayError('unknown-outcome', 'ECONNREFUSED', 'gateway: ECONNREFUSED');
    });
    const checked = await checkAccount(silent, { accountId: account.id, actor: SYSTEM });
    expect(checked).toMatchObject({
      active: true,
      gatewayRef: 'acct_1',
      problems: [expect.stringContaining('could not be reached')],
    });
    expect(checked.checkedAt).toBeDefined();
  });

  test('the gateway’s word on test and live counts', async () => {
    const live = withGateway(at.house, () => ({ ...GOOD, livemode: true }));
    expect(await connectAccount(live, wanted())).toMatchObject({
      active: false,
      problems: ['The gateway says that the secret key is for live mode, not test mode.'],
    });
    expect(await connectAccount(live, wanted(LIVE_KEYS))).toMatchObject({ active: true, livemode: true, problems: [] });
  });

  test.each([
    ['no name', { name: '  ' }, 'name'],
    ['a publishable key for the secret one', { secretKey: TEST_KEYS.publishableKey }, 'secretKey'],
    ['a secret key for the publishable one', { publishableKey: TEST_KEYS.secretKey }, 'publishableKey'],
    ['a test and a live key', { secretKey: LIVE_KEYS.secretKey }, 'secretKey'],
    ['a live and a test key', { publishableKey: LIVE_KEYS.publishableKey }, 'secretKey'],
    ['live keys for the sandbox', { ...LIVE_KEYS, kind: 'sandbox' as const }, 'secretKey'],
    ['an empty secret key', { secretKey: '' }, 'secretKey'],
    ['a placeholder', { secretKey: 'sk_test_your_key_here' }, 'secretKey'],
    ['another placeholder', { secretKey: 'sk_test_xxxxxxxxxxxxxxxx' }, 'secretKey'],
    ['an empty webhook secret', { webhookSecret: '' }, 'webhookSecret'],
    ['a blank webhook secret', { webhookSecret: 'whsec_        ' }, 'webhookSecret'],
    ['a webhook secret of another kind', { webhookSecret: 'secret' }, 'webhookSecret'],
    ['a placeholder for the webhook secret', { webhookSecret: 'whsec_............' }, 'webhookSecret'],
    ['a currency that does not exist', { currencies: ['EUR', 'EURO'] }, 'currencies'],
    ['a statement text without letters', { statementSuffix: '12345' }, 'statementSuffix'],
  ])('%s is refused next to its field, before the gateway is asked', async (_what, over, field) => {
    const house = withGateway(at.house, () => GOOD);
    await expect(connectAccount(house, wanted(over))).rejects.toMatchObject({
      code: 'fields-invalid',
      status: 422,
      fields: { [field]: expect.any(String) },
    });
    expect(house.asked).toBe(0);
  });

  test('two accounts cannot share a name, also when both are connected at once', async () => {
    const house = withGateway(at.house, () => GOOD);
    const twice = await Promise.allSettled([
      connectAccount(house, wanted({ name: 'Twin' })),
      connectAccount(house, wanted({ name: 'Twin' })),
    ]);
    expect(twice.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(twice.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { fields: { name: expect.any(String) } },
    });
  });

  test('a sandbox needs no answer to be connected, and is refused in production', async () => {
    const sandbox = await aSandboxAccount(at.house);
    expect(sandbox).toMatchObject({ kind: 'sandbox', active: true, checkedAt: undefined });
    const production = { ...at.house, config: { ...at.house.config, production: true } };
    await expect(aSandboxAccount(production)).rejects.toMatchObject({ fields: { kind: expect.any(String) } });
  });

  test('the default cannot be switched off; another default frees it', async () => {
    const { id: first } = (await defaultAccountFor(at.house.db, 'EUR')) ?? { id: '' };
    const off = (accountId: string) => switchAccount(at.house, { accountId, active: false, actor: SYSTEM });
    await expect(off(first)).rejects.toMatchObject({ code: 'is-default', status: 409 });
    const other = await aSandboxAccount(at.house);
    await setDefaultAccount(at.house, { accountId: other.id, actor: SYSTEM });
    await setDefaultAccount(at.house, { accountId: other.id, actor: SYSTEM });
    await off(first);
    await off(first);
    expect((await readAccount(at.house.db, first)).active).toBe(false);
    expect((await auditOf(at.house.db, other.id)).map((line) => line.action)).toEqual([
      'account.connected',
      'account.made-default',
    ]);
    await expect(off('acc_nothing')).rejects.toMatchObject({ status: 404 });
  });

  test('made the default and switched off at once, only one of the two happens', async () => {
    const account = await aSandboxAccount(at.house);
    const results = await Promise.allSettled([
      setDefaultAccount(at.house, { accountId: account.id, actor: SYSTEM }),
      switchAccount(at.house, { accountId: account.id, active: false, actor: SYSTEM }),
    ]);
    expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const isDefault = (await defaultAccountFor(at.house.db, 'EUR'))?.id === account.id;
    expect((await readAccount(at.house.db, account.id)).active).toBe(isDefault);
  });

  test('rolled keys: a new secret key is checked, a new webhook secret stands beside the one before it', async () => {
    const house = withGateway(at.house, () => GOOD);
    const { id: accountId } = await connectAccount(house, wanted());
    const replace = (keys: { secretKey?: string; webhookSecret?: string }, on: House = house) =>
      replaceKeys(on, { accountId, secretKey: '', webhookSecret: '', actor: SYSTEM, ...keys });
    await replace({ webhookSecret: 'whsec_SecondOne42' });
    await replace({ webhookSecret: 'whsec_ThirdOne4242' });
    expect(await webhookSecretsOf(at.house, accountId)).toEqual(['whsec_ThirdOne4242', 'whsec_SecondOne42']);
    await replace({ secretKey: 'sk_test_51RolledOver77' });
    expect(house.asked).toBe(2);
    await expect(replace({})).rejects.toMatchObject({ status: 422 });
    await expect(replace({ secretKey: LIVE_KEYS.secretKey })).rejects.toMatchObject({
      fields: { secretKey: expect.any(String) },
    });
    const elsewhere = withGateway(at.house, () => ({ ...GOOD, accountRef: 'acct_2' }));
    await expect(replace({ secretKey: 'sk_test_51Elsewhere77' }, elsewhere)).rejects.toMatchObject({
      fields: { secretKey: expect.stringContaining('another account') },
    });
  });
});

describe('the text on a card statement', () => {
  test.each([
    ['', undefined],
    ['SHOP', undefined],
    ['A234567890123456789012', undefined],
    ['A2345678901234567890123', 'Use at most 22 characters.'],
    ['12-34', 'Use at least one letter.'],
    ['Tom & Co, 24/7', undefined],
    ...['<', '>', '\\', "'", '"', '*'].map((sign) => [`SHOP${sign}`, expect.stringContaining('Leave out')] as const),
    ['CAFÉ', expect.stringContaining('unaccented')],
    ['SHOP\n1', expect.stringContaining('unaccented')],
  ])('%j', (suffix, problem) => {
    expect(statementSuffixProblem(suffix)).toEqual(problem);
  });
});
