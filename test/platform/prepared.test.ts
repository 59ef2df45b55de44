import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { prepared } from '../../src/platform/database/prepared.ts';
import { ENGINES, startHouse, type TestHouse } from '../support/house.ts';

const byKey = prepared((read, given: { key: string; above: number }) =>
  read
    .selectFrom('throttle')
    .select(['throttle_key', 'hits'])
    .where('throttle_key', '=', given.key)
    .where('hits', '>', given.above),
);

describe.each(ENGINES)('a prepared read on %s', (engine) => {
  let running: TestHouse;
  beforeAll(async () => {
    running = await startHouse({ engine });
    const resets_at = '2030-01-01T00:00:00.000Z';
    await running.house.db.q
      .insertInto('throttle')
      .values([
        { throttle_key: 'a', hits: 1, resets_at },
        { throttle_key: 'b', hits: 2, resets_at },
      ])
      .execute();
  });
  afterAll(() => running.stop());

  test('answers each time for the values given', async () => {
    const { db } = running.house;
    expect(await byKey(db, { key: 'a', above: 0 })).toEqual([{ throttle_key: 'a', hits: 1 }]);
    expect(await byKey(db, { key: 'b', above: 0 })).toEqual([{ throttle_key: 'b', hits: 2 }]);
    expect(await byKey(db, { key: 'b', above: 2 })).toEqual([]);
  });

  test('takes a value as a value, whatever stands in it', async () => {
    expect(await byKey(running.house.db, { key: "a' or '1'='1", above: 0 })).toEqual([]);
  });

  test('sees what its own transaction has written, which nobody else does before it ends', async () => {
    const { db } = running.house;
    await db.tx(async () => {
      await db.q.updateTable('throttle').set({ hits: 9 }).where('throttle_key', '=', 'a').execute();
      expect(await byKey(db, { key: 'a', above: 5 })).toHaveLength(1);
    });
    await db
      .tx(async () => {
        await db.q.updateTable('throttle').set({ hits: 99 }).where('throttle_key', '=', 'a').execute();
        expect(await byKey(db, { key: 'a', above: 50 })).toHaveLength(1);
        throw new Error('taken back');
      })
      .catch(() => undefined);
    expect(await byKey(db, { key: 'a', above: 50 })).toEqual([]);
  });
});
