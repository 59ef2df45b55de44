import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KeptReads } from '../../src/office/kept-reads.ts';
import { MINUTE_MS } from '../../src/platform/clock.ts';
import { startHouse, type TestHouse } from '../support/house.ts';

describe('what it takes many rows to add up', () => {
  let at: TestHouse;
  beforeAll(async () => {
    at = await startHouse();
  });
  afterAll(() => at.stop());

  /** Counts how often it was read. */
  function reading(rows: number) {
    const kept = new KeptReads<number>();
    const seen = { times: 0, fails: false };
    const look = (name = 'EUR') =>
      kept.get(at.house, name, async () => {
        seen.times += 1;
        if (seen.fails) throw new Error('not now');
        return { value: seen.times, rows };
      });
    return { seen, look };
  }

  test('is read for each look while it takes few', async () => {
    const { look } = reading(100);
    expect([await look(), await look()]).toEqual([
      { value: 1, asOf: undefined },
      { value: 2, asOf: undefined },
    ]);
  });

  test('is kept for a minute, then read anew beside, and whoever looks is told of when it is', async () => {
    const { look, seen } = reading(101);
    const asOf = at.clock.now().toISOString();
    expect(await look()).toEqual({ value: 1, asOf: undefined });
    at.clock.advance(MINUTE_MS);
    expect(await look()).toEqual({ value: 1, asOf });
    expect(seen.times).toBe(1);
    expect(await look('CHF')).toEqual({ value: 2, asOf: undefined });
    at.clock.advance(1);
    const later = at.clock.now().toISOString();
    expect(await look()).toEqual({ value: 1, asOf });
    expect(await look()).toEqual({ value: 3, asOf: later });
    at.clock.advance(11 * MINUTE_MS);
    expect(await look()).toEqual({ value: 4, asOf: undefined });
  });

  test('is tried again when it could not be read', async () => {
    const { look, seen } = reading(101);
    await look();
    at.clock.advance(2 * MINUTE_MS);
    seen.fails = true;
    expect(await look()).toMatchObject({ value: 1 });
    await new Promise((resume) => setImmediate(resume));
    seen.fails = false;
    expect(await look()).toMatchObject({ value: 1 });
    expect(await look()).toMatchObject({ value: 3 });
    at.clock.advance(11 * MINUTE_MS);
    seen.fails = true;
    await expect(look()).rejects.toThrow('not now');
  });
});
