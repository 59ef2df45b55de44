import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../src/audit/record.ts';
import { changeCustomer } from '../../src/customers/change-customer.ts';
import { fileCustomers } from '../../src/customers/create-customer.ts';
import { customersMeant, listCustomers, readCustomer } from '../../src/customers/customers.store.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

describe.each(ENGINES)('the list of customers on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    const drafts = Array.from({ length: 120 }, (_, i) => ({
      number: `N${i}`,
      name: i % 2 ? `Odd Öl ${i}` : `Even ${i}`,
      email: '',
      language: 'en',
      address: '',
    }));
    await at.house.db.tx(() => fileCustomers(at.house, drafts, SYSTEM));
  });
  afterAll(() => at.stop());

  test('pages through all of them, none twice and none left out', async () => {
    const seen: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = await listCustomers(at.house.db, { search: '', before });
      seen.push(...page.rows.map((row) => row.id));
      before = page.olderThan;
      if (!before) break;
    }
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  test('pages through what a search finds, accents and capitals aside', async () => {
    const first = await listCustomers(at.house.db, { search: 'ol ODD' });
    const second = await listCustomers(at.house.db, { search: 'ol ODD', before: first.olderThan });
    expect([first.rows.length, second.rows.length, second.olderThan]).toEqual([50, 10, undefined]);
  });

  test('finds nothing by signs alone, and takes them for what they are', async () => {
    for (const search of ['%', "'; drop table customer", '\0', '_']) {
      expect((await listCustomers(at.house.db, { search })).rows).toEqual([]);
    }
  });

  test('a number typed in full means that customer, though others begin with it', async () => {
    expect((await customersMeant(at.house.db, ' n1 ')).map((row) => row.number)).toEqual(['N1']);
    expect((await customersMeant(at.house.db, 'odd')).length).toBe(6);
  });

  test('of two changes to the same free number one is refused', async () => {
    const [one, two] = (await listCustomers(at.house.db, { search: '' })).rows;
    const renamed = { name: 'Same', email: '', language: 'en', address: '', number: 'FREE' };
    const both = await Promise.allSettled(
      [one, two].map((row) => changeCustomer(at.house, row?.id as string, renamed, SYSTEM)),
    );
    expect(both.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = both.find((result) => result.status === 'rejected') as PromiseRejectedResult;
    expect(loser.reason).toMatchObject({ fields: { number: 'Another customer has the number FREE.' } });
    const winner = both[0]?.status === 'fulfilled' ? one : two;
    expect((await readCustomer(at.house.db, winner?.id as string)).number).toBe('FREE');
  });
});
