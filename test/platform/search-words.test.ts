import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { meets, type SearchWay, weighSearch } from '../../src/platform/database/search-words.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';

const WAYS: readonly SearchWay[] = [
  { kind: 'invoice' },
  { kind: 'customer', tie: ['payable.customer_id', 'payable.id'] },
];

describe.each(ENGINES)('searching by words on %s', (engine) => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse({ engine });
    const blue = await aCustomer(at.house, { number: 'B', email: '', name: 'Blue Harbour' });
    const green = await aCustomer(at.house, { number: 'G', email: '', name: 'Green Harbour' });
    for (const number of ['S-1', 'S-2']) await anInvoice(at.house, { customerId: blue.id, number });
    for (const number of ['S-3', 'S-10', 'S-045']) await anInvoice(at.house, { customerId: green.id, number });
  });
  afterAll(() => at.stop());

  async function found(search: string, few?: boolean): Promise<string[]> {
    const weighed = await weighSearch(at.house.db, search, WAYS);
    const words = weighed.words.map((asked) => ({ ...asked, few: few ?? asked.few }));
    const rows = await at.house.db.read
      .selectFrom('payable')
      .select('number')
      .where(meets({ ...weighed, words }, 'payable.id'))
      .orderBy('id')
      .execute();
    return rows.map((row) => row.number);
  }

  test.each([
    ['harbour', ['S-1', 'S-2', 'S-3', 'S-10', 'S-045']],
    ['blue', ['S-1', 'S-2']],
    ['S-1', ['S-1']],
    ['s-04', ['S-045']],
    ['harb 1', ['S-1', 'S-10']],
    ['harbour S-1', ['S-1', 'S-10']],
    ['harbour 10', ['S-10']],
    ['harb S', ['S-1', 'S-2', 'S-3', 'S-10', 'S-045']],
    ['1 green harbour', ['S-10']],
    ['04 green harbour', ['S-045']],
    ['s 99 green', []],
    ['nobody', []],
    ['%', []],
  ])('"%s" finds the same, whether its words are gathered or looked up one by one', async (search, numbers) => {
    expect(await found(search)).toEqual(numbers);
    expect(await found(search, true)).toEqual(numbers);
    expect(await found(search, false)).toEqual(numbers);
  });

  test('begins with the word that the fewest things have, be it through whom they belong to', async () => {
    const { words } = await weighSearch(at.house.db, 'harbour blue 10', WAYS);
    expect(words.map(({ word }) => word)).toEqual(['10', 'blue', 'harbour']);
  });

  test('finds what belongs to one of thousands that share a name, though the others have nothing', async () => {
    const names = Array.from({ length: 2_500 }, (_, i) => ({
      kind: 'customer',
      word: 'crowd',
      subject_id: `cus_${i}`,
    }));
    for (let from = 0; from < names.length; from += 500) {
      await at.house.db.q
        .insertInto('search_word')
        .values(names.slice(from, from + 500))
        .execute();
    }
    const last = await aCustomer(at.house, { number: 'LAST', email: '', name: 'Crowd' });
    await anInvoice(at.house, { customerId: last.id, number: 'S-4' });
    expect(await found('crowd')).toEqual(['S-4']);
  });
});
