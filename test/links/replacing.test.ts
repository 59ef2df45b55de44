import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { issueLink, type NewLink } from '../../src/links/issue-link.ts';
import { readLink } from '../../src/links/links.store.ts';
import { usableLinksOn } from '../../src/links/usable-links.store.ts';
import { aSandboxAccount } from '../support/account-seeds.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';

describe.each(ENGINES)('which links a new one replaces (%s)', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    await aSandboxAccount(at.house);
  });
  afterAll(() => at.stop());

  const issue = (payableIds: string[], over: Partial<NewLink> = {}) =>
    issueLink(at.house, { payableIds, expiry: '14d', actor: SYSTEM, ...over });
  const endOf = async ({ id }: { id: string }) => (await readLink(at.house.db, id)).endedAs;
  const invoices = async (count: number) => {
    const { id: customerId } = await aCustomer(at.house);
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await anInvoice(at.house, { customerId })).id);
    return ids as [string, string, string];
  };

  test('those that ask for nothing more than it does; a link for more stays usable beside it', async () => {
    const [a, b] = await invoices(2);
    const [onlyA, onlyB] = [await issue([a]), await issue([b])];
    const both = await issue([a, b]);
    expect([await endOf(onlyA), await endOf(onlyB)]).toEqual(['replaced', 'replaced']);
    const again = await issue([a]);
    expect(await endOf(both)).toBeUndefined();
    const usable = await usableLinksOn(at.house.db, [a], at.clock.now());
    expect(usable.map(({ link, isCovered }) => [link.id, isCovered])).toEqual([
      [again.id, true],
      [both.id, false],
    ]);
    await issue([b, a]);
    expect([await endOf(both), await endOf(again)]).toEqual(['replaced', 'replaced']);
  });

  test('what is paid on an older link does not count: it is for the rest by then', async () => {
    const [a, b] = await invoices(2);
    const both = await issue([a, b]);
    await at.house.db.q.updateTable('payable').set({ state: 'void' }).where('id', '=', b).execute();
    await issue([a]);
    expect(await endOf(both)).toBe('replaced');
  });

  test('of the same documents at most one is usable, whatever the terms and however many are made at once', async () => {
    const [a, b] = await invoices(2);
    const made = await Promise.all([
      issue([a, b]),
      issue([b, a], { terms: { terms: 'choose' } }),
      issue([a, b], { terms: { terms: 'part', partMinor: 1_000 } }),
    ]);
    const ends = await Promise.all(made.map(endOf));
    expect(ends.toSorted()).toEqual(['replaced', 'replaced', undefined]);
  });

  test('terms that cannot be are refused next to their field, and nothing is replaced', async () => {
    const [a] = await invoices(1);
    const link = await issue([a]);
    await expect(issue([a], { terms: { terms: 'part', partMinor: 12_501 } })).rejects.toMatchObject({
      status: 422,
      fields: { part: '€125.01 EUR is more than the €125.00 EUR due.' },
    });
    await expect(issue([a], { terms: { terms: 'choose', leastMinor: 49 } })).rejects.toMatchObject({
      fields: { least: expect.stringContaining('0.50 EUR') },
    });
    expect(await endOf(link)).toBeUndefined();
  });

  test('more documents than fit into one link are refused', async () => {
    const ids = await invoices(51);
    await expect(issue(ids)).rejects.toMatchObject({ code: 'too-many-documents', status: 409 });
    expect((await issue(ids.slice(1))).payableIds).toHaveLength(50);
  });
});
