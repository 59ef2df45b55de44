import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { defaultAccountFor, readDefaults } from '../../src/accounts/accounts.store.ts';
import { chooseAccount } from '../../src/accounts/choose-account.ts';
import { endCurrencyDefault } from '../../src/accounts/end-currency-default.ts';
import { setDefaultAccount } from '../../src/accounts/set-default-account.ts';
import { switchAccount } from '../../src/accounts/switch-account.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

describe.each(ENGINES)('which account takes a sum (%s)', (engine) => {
  let at: TestHouse;
  let main: Account;
  let euros: Account;
  let pounds: Account;
  beforeAll(async () => {
    at = await startHouse({ engine });
    main = await aSandboxAccount(at.house, { name: 'Main' });
    euros = await aSandboxAccount(at.house, { name: 'Euros', currencies: ['EUR'] });
    pounds = await aSandboxAccount(at.house, { name: 'Pounds', currencies: ['GBP'] });
  });
  afterAll(() => at.stop());

  const choices = async (amountMinor: number, currency: string) =>
    (await chooseAccount(at.house, { amountMinor, currency })).map(({ account, isDefault, problem }) => [
      account.name,
      isDefault,
      problem,
    ]);
  const makeDefault = (account: Account, currency?: string) =>
    setDefaultAccount(at.house, { accountId: account.id, currency, actor: SYSTEM });

  test('the default stands first, what cannot take the sum last and with the reason', async () => {
    expect(await choices(12_500, 'GBP')).toEqual([
      ['Main', true, undefined],
      ['Pounds', false, undefined],
      ['Euros', false, 'The payment service account "Euros" does not take GBP.'],
    ]);
    const small = await choices(20, 'EUR');
    expect(small[0]).toEqual(['Main', true, expect.stringContaining('under 0.50 EUR')]);
    // A dinar has a thousand fils, and cards can be charged in tens of them only.
    expect((await choices(1_234_005, 'KWD'))[0]?.[2]).toEqual(expect.any(String));
  });

  test('a currency has a default of its own until it is taken away, and the others keep theirs', async () => {
    await makeDefault(euros, 'EUR');
    await makeDefault(euros, 'EUR');
    expect((await defaultAccountFor(at.house.db, 'EUR'))?.name).toBe('Euros');
    expect((await defaultAccountFor(at.house.db, 'USD'))?.name).toBe('Main');
    expect((await choices(12_500, 'EUR')).map(([name]) => name)).toEqual(['Euros', 'Main', 'Pounds']);
    await expect(makeDefault(euros, 'GBP')).rejects.toMatchObject({ code: 'account-unfit', status: 409 });

    const end = { accountId: euros.id, currency: 'EUR', actor: SYSTEM };
    await endCurrencyDefault(at.house, end);
    await endCurrencyDefault(at.house, end);
    expect((await defaultAccountFor(at.house.db, 'EUR'))?.name).toBe('Main');
    await expect(endCurrencyDefault(at.house, { ...end, currency: '*' })).rejects.toMatchObject({ status: 409 });
    expect((await auditOf(at.house.db, euros.id)).map(({ action, detail }) => [action, detail])).toEqual([
      ['account.connected', expect.anything()],
      ['account.made-default', { currency: 'EUR' }],
      ['account.default-ended', { currencies: ['EUR'] }],
    ]);
  });

  test('what is switched off leaves its currencies to the overall default, and says why it cannot be chosen', async () => {
    await makeDefault(pounds, 'GBP');
    await switchAccount(at.house, { accountId: pounds.id, active: false, actor: SYSTEM });
    expect(await choices(12_500, 'GBP')).toEqual([
      ['Main', true, undefined],
      ['Euros', false, expect.stringContaining('does not take GBP')],
      ['Pounds', false, 'The payment service account "Pounds" is switched off.'],
    ]);
    await switchAccount(at.house, { accountId: pounds.id, active: true, actor: SYSTEM });
    expect((await readDefaults(at.house.db)).has('GBP')).toBe(false);
  });

  test('the default is switched off together with the choice of another, and only then', async () => {
    const off = (account: Account, newDefaultId?: string) =>
      switchAccount(at.house, { accountId: account.id, active: false, newDefaultId, actor: SYSTEM });
    await expect(off(main)).rejects.toMatchObject({ code: 'is-default', status: 409 });
    await expect(off(main, main.id)).rejects.toMatchObject({ status: 422 });
    await switchAccount(at.house, { accountId: pounds.id, active: false, actor: SYSTEM });
    await expect(off(main, pounds.id)).rejects.toMatchObject({ code: 'account-off', status: 409 });
    expect((await defaultAccountFor(at.house.db, 'USD'))?.name).toBe('Main');
    await off(main, euros.id);
    expect((await defaultAccountFor(at.house.db, 'USD'))?.name).toBe('Euros');
    await switchAccount(at.house, { accountId: main.id, active: true, actor: SYSTEM });
    await makeDefault(main);
  });

  test('two who switch each other’s accounts off at once never leave the default switched off', async () => {
    await Promise.allSettled([
      switchAccount(at.house, { accountId: main.id, active: false, newDefaultId: euros.id, actor: SYSTEM }),
      switchAccount(at.house, { accountId: euros.id, active: false, newDefaultId: main.id, actor: SYSTEM }),
    ]);
    expect((await defaultAccountFor(at.house.db, 'EUR'))?.active).toBe(true);
  });
});
