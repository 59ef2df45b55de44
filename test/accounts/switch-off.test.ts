import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import { readAccountUse } from '../../src/accounts/account-use.store.ts';
import { defaultAccountId, readAccount } from '../../src/accounts/accounts.store.ts';
import { setDefaultAccount } from '../../src/accounts/set-default-account.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { paths } from '../../src/paths.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { newId } from '../../src/platform/ids.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';
import { type SignedInBrowser, signIn } from '../support/sign-in.ts';
import { CARDS, openTill, type Till } from '../support/till.ts';

describe.each(ENGINES)('before an account is switched off (%s)', (engine) => {
  let till: Till;
  let admin: SignedInBrowser;
  let other: Account;
  beforeAll(async () => {
    till = await openTill({ engine });
    admin = await signIn(till, 'admin');
    other = await aSandboxAccount(till.house, { name: 'Other store' });
  });
  afterAll(() => till.stop());

  test('its usable links and live payments are named, and nothing else', async () => {
    const { house, account } = till;
    const customer = await aCustomer(house, { name: 'Nordlicht Optik' });
    const open = await till.aLink((await anInvoice(house, { number: 'OPEN-1', customerId: customer.id })).id);
    const several = [
      await anInvoice(house, { customerId: customer.id }),
      await anInvoice(house, { customerId: customer.id }),
    ];
    const both = await till.aLink(several.map(({ id }) => id));
    await revokeLink(house, { linkId: (await till.aLink((await aDeposit(house)).id)).id, actor: SYSTEM });
    const paid = await till.aLink((await anInvoice(house)).id);
    await startPayment(house, await till.press(paid));
    const declined = await till.aLink((await anInvoice(house, { number: 'DECLINED-1' })).id);
    const attempt = await startPayment(house, await till.press(declined, { card: CARDS.declined }));

    const use = await readAccountUse(house, account.id);
    expect(use.links.map((link) => link.id).toSorted()).toEqual([open.id, both.id, declined.id].toSorted());
    expect(use.linkCount).toBe(3);
    expect(use.links.find((link) => link.id === both.id)).toMatchObject({
      documents: several.map(({ number }) => number),
      dueMinor: 25_000,
      customerName: 'Nordlicht Optik',
    });
    expect(use.payments.map((payment) => payment.id)).toEqual([attempt.paymentId]);
    expect(await readAccountUse(house, other.id)).toEqual({ links: [], linkCount: 0, payments: [], paymentCount: 0 });

    const page = await admin.get(paths.switchAccount(account.id));
    for (const text of [
      'OPEN-1',
      'Nordlicht Optik',
      'DECLINED-1',
      paths.link(open.id),
      paths.payment(attempt.paymentId),
    ]) {
      expect(page.text).toContain(text);
    }
    expect(page.text).not.toContain(paths.link(paid.id));
    expect((await readAccount(house.db, account.id)).active).toBe(true);
  });

  test('of very many links those are named that expire first, and the others are counted', async () => {
    const { house, account } = till;
    const before = (await readAccountUse(house, account.id)).linkCount;
    const sample = await till.aLink((await anInvoice(house)).id);
    const row = await house.db.read
      .selectFrom('link')
      .selectAll()
      .where('id', '=', sample.id)
      .executeTakeFirstOrThrow();
    const expiry = (made: number) => new Date(Date.parse(row.expires_at) - made * 1000).toISOString();
    const rows = Array.from({ length: 120 }, (_, made) => ({
      ...{ ...row, id: newId('lnk'), kind: 'save_card' as const },
      expires_at: expiry(made),
    }));
    await house.db.q.insertInto('link').values(rows).execute();
    const use = await readAccountUse(house, account.id);
    expect(use.linkCount).toBe(before + 121);
    expect(use.links.map((link) => link.id)).toEqual(
      rows
        .toReversed()
        .slice(0, 100)
        .map((link) => link.id),
    );
    const page = await admin.get(paths.switchAccount(account.id));
    expect(page.text).toContain(`And ${use.linkCount - 100} more`);
  });

  test('another default is chosen on the same page, and currencies fall back to it', async () => {
    const { house, account } = till;
    await setDefaultAccount(house, { accountId: account.id, currency: 'GBP', actor: SYSTEM });
    const page = await admin.get(paths.switchAccount(account.id));
    expect(page.text).toContain('New default account');
    expect(page.text).toMatch(/default for <strong>GBP<\/strong>[\s\S]*go to the new default/);
    const refused = await admin.post(paths.switchAccount(account.id), { active: 'no', newDefaultId: '' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Choose which account is the default in its place.');

    await admin.post(paths.switchAccount(account.id), { active: 'no', newDefaultId: other.id });
    expect(await defaultAccountId(house.db)).toBe(other.id);
    expect((await readAccount(house.db, account.id)).active).toBe(false);
    expect((await admin.get(paths.switchAccount(account.id))).headers.location).toBe(paths.account(account.id));
    expect((await admin.get(paths.accounts())).text).toMatch(/Switched off[\s\S]*Sandbox \d/);
  });

  test('the only account that is active cannot be switched off while it is the default', async () => {
    const page = await admin.get(paths.switchAccount(other.id));
    expect(page.text).toContain('no other account is active');
    expect(page.text).not.toContain('Switch off now');
  });
});
