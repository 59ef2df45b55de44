import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setDefaultAccount } from '../../src/accounts/set-default-account.ts';
import { switchAccount } from '../../src/accounts/switch-account.ts';
import { auditOf } from '../../src/audit/audit.store.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import { endSettledLinks } from '../../src/links/end-settled-links.ts';
import { issueLink, type NewLink } from '../../src/links/issue-link.ts';
import { linkState } from '../../src/links/link.ts';
import { findLinkInFull, readLink } from '../../src/links/links.store.ts';
import { revokeLink } from '../../src/links/revoke-link.ts';
import { DAY_MS } from '../../src/platform/clock.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, aDeposit, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('making links (%s)', (engine) => {
  let at: TestHouse;
  let accountId: string;
  beforeAll(async () => {
    at = await startHouse({ engine });
    accountId = (await aSandboxAccount(at.house)).id;
  });
  afterAll(() => at.stop());

  const issue = (payableIds: string[], over: Partial<NewLink> = {}) =>
    issueLink(at.house, { payableIds, expiry: '14d', actor: SYSTEM, ...over });
  const stateOf = async (linkId: string) => {
    const found = await findLinkInFull(at.house.db, linkId);
    return found && linkState(found.link, found.payables, at.clock.now());
  };
  const makeVoid = (id: string) =>
    at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', id).execute();

  test('an invoice gets a usable link at the default account', async () => {
    const invoice = await anInvoice(at.house);
    const link = await issue([invoice.id], { expiry: 'after-due' });
    expect(link).toMatchObject({
      accountId,
      currency: 'EUR',
      payableIds: [invoice.id],
      customerId: invoice.customerId,
    });
    expect(await stateOf(link.id)).toBe('usable');
    expect((await auditOf(at.house.db, link.id)).map((line) => line.action)).toEqual(['link.issued']);
  });

  test('a new link replaces the one before it, and says which one stands in its place', async () => {
    const deposit = await aDeposit(at.house);
    const first = await issue([deposit.id]);
    const second = await issue([deposit.id]);
    expect(await readLink(at.house.db, first.id)).toMatchObject({ endedAs: 'replaced', replacedBy: second.id });
    expect(await stateOf(second.id)).toBe('usable');
    expect((await auditOf(at.house.db, first.id)).map((line) => line.action)).toEqual(['link.issued', 'link.replaced']);
  });

  test('links that ended before stay what they were', async () => {
    const invoice = await anInvoice(at.house);
    const revoked = await issue([invoice.id]);
    await revokeLink(at.house, { linkId: revoked.id, actor: SYSTEM });
    await issue([invoice.id]);
    expect(await readLink(at.house.db, revoked.id)).toMatchObject({ endedAs: 'revoked', replacedBy: undefined });
  });

  test('of two made at once only one is left usable', async () => {
    const invoice = await anInvoice(at.house);
    const links = await Promise.all([issue([invoice.id]), issue([invoice.id]), issue([invoice.id])]);
    const states = await Promise.all(links.map((link) => stateOf(link.id)));
    expect(states.toSorted()).toEqual(['replaced', 'replaced', 'usable']);
  });

  test('one link can be for several claims of one customer, in the order asked for', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const a = await anInvoice(at.house, { customerId });
    const b = await aDeposit(at.house, { customerId });
    const link = await issue([b.id, a.id, b.id]);
    const found = await findLinkInFull(at.house.db, link.id);
    expect(found?.payables.map((one) => one.number)).toEqual([b.number, a.number]);
    expect(found?.customer.id).toBe(customerId);
    expect(found?.account.id).toBe(accountId);
  });

  test('claims of two customers or currencies do not share a link', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const euros = await anInvoice(at.house, { customerId });
    const pounds = await anInvoice(at.house, { customerId, currency: 'GBP' });
    const foreign = await anInvoice(at.house);
    await expect(issue([euros.id, pounds.id])).rejects.toMatchObject({ code: 'mixed-payables', status: 409 });
    await expect(issue([euros.id, foreign.id])).rejects.toMatchObject({ code: 'mixed-payables', status: 409 });
  });

  test('what is void, and what does not exist, gets no link', async () => {
    const invoice = await anInvoice(at.house);
    await makeVoid(invoice.id);
    await expect(issue([invoice.id])).rejects.toMatchObject({ code: 'nothing-due', status: 409 });
    await expect(issue([invoice.id])).rejects.toThrow(`${invoice.number} is void`);
    await expect(issue(['inv_nothing'])).rejects.toMatchObject({ status: 404 });
    await expect(issue([])).rejects.toMatchObject({ status: 404 });
  });

  test('what the gateway cannot take gets no link, with the reason', async () => {
    const small = await anInvoice(at.house, { amountMinor: 49 });
    await expect(issue([small.id])).rejects.toMatchObject({ code: 'amount-unfit', status: 409 });
    await expect(issue([small.id])).rejects.toThrow('no card payment under 0.50 EUR');
  });

  test('an account that is off, or does not take the currency, gets no link', async () => {
    const invoice = await anInvoice(at.house, { currency: 'GBP' });
    const euros = await aSandboxAccount(at.house, { currencies: ['EUR'] });
    await expect(issue([invoice.id], { accountId: euros.id })).rejects.toThrow('does not take GBP');
    await switchAccount(at.house, { accountId: euros.id, active: false, actor: SYSTEM });
    await expect(issue([invoice.id], { accountId: euros.id })).rejects.toThrow('is switched off');
    await expect(issue([invoice.id], { accountId: 'acc_nothing' })).rejects.toMatchObject({ status: 404 });
    expect((await issue([invoice.id])).accountId).toBe(accountId);
  });

  test('another default account takes the next link, not those made before', async () => {
    const invoice = await anInvoice(at.house);
    const before = await issue([invoice.id]);
    const other = await aSandboxAccount(at.house);
    await setDefaultAccount(at.house, { accountId: other.id, actor: SYSTEM });
    expect((await issue([invoice.id])).accountId).toBe(other.id);
    expect((await readLink(at.house.db, before.id)).accountId).toBe(accountId);
    await setDefaultAccount(at.house, { accountId, actor: SYSTEM });
  });

  test('without any account there is a sentence instead of a link', async () => {
    const bare = await startHouse({ engine });
    const invoice = await anInvoice(bare.house);
    await expect(
      issueLink(bare.house, { payableIds: [invoice.id], expiry: '24h', actor: SYSTEM }),
    ).rejects.toMatchObject({ code: 'no-account', status: 409 });
    await bare.stop();
  });

  test('revoked by two at once it is revoked once, and the log says so once', async () => {
    const invoice = await anInvoice(at.house);
    const link = await issue([invoice.id]);
    const revoke = () => revokeLink(at.house, { linkId: link.id, actor: SYSTEM });
    expect((await Promise.all([revoke(), revoke(), revoke()])).toSorted()).toEqual([false, false, true]);
    expect(await stateOf(link.id)).toBe('revoked');
    const lines = await auditOf(at.house.db, link.id);
    expect(lines.filter((line) => line.action === 'link.revoked')).toHaveLength(1);
  });

  test('a link that was replaced cannot be revoked, nor one that never was', async () => {
    const invoice = await anInvoice(at.house);
    const older = await issue([invoice.id]);
    await issue([invoice.id]);
    await expect(revokeLink(at.house, { linkId: older.id, actor: SYSTEM })).rejects.toMatchObject({
      code: 'link-ended',
      status: 409,
    });
    await expect(revokeLink(at.house, { linkId: 'lnk_nothing', actor: SYSTEM })).rejects.toMatchObject({ status: 404 });
  });

  test('when all is settled the link paid through is used, and others are closed; with a rest due none ends', async () => {
    const { id: customerId } = await aCustomer(at.house);
    const [a, b] = [await anInvoice(at.house, { customerId }), await anInvoice(at.house, { customerId })];
    const both = await issue([a.id, b.id]);
    await makeVoid(a.id);
    const settle = (payableIds: string[]) =>
      at.house.db.tx(() => endSettledLinks(at.house, { payableIds, usedLinkId: both.id, actor: SYSTEM }));
    await settle([a.id]);
    expect(await stateOf(both.id)).toBe('usable');
    await makeVoid(b.id);
    await settle([b.id]);
    expect(await stateOf(both.id)).toBe('used');

    const other = await anInvoice(at.house);
    const unused = await issue([other.id]);
    await makeVoid(other.id);
    expect(await stateOf(unused.id)).toBe('closed');
    await settle([other.id]);
    await settle([other.id]);
    expect((await readLink(at.house.db, unused.id)).endedAs).toBe('closed');
    expect((await auditOf(at.house.db, unused.id)).map((line) => line.action)).toEqual(['link.issued', 'link.closed']);
  });

  test('time passes: a link expires by itself', async () => {
    const later = await startHouse({ engine });
    await aSandboxAccount(later.house);
    const invoice = await anInvoice(later.house);
    const link = await issueLink(later.house, { payableIds: [invoice.id], expiry: '24h', actor: SYSTEM });
    later.clock.advance(DAY_MS);
    const found = await findLinkInFull(later.house.db, link.id);
    expect(found && linkState(found.link, found.payables, later.clock.now())).toBe('expired');
    await later.stop();
  });
});
