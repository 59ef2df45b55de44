import { expect, test } from '@jest/globals';
import { harmless } from '../../src/platform/csv.ts';

test('cells that a spreadsheet would run are made harmless, and numbers stay numbers', () => {
  for (const cell of ['=1+1', '+1', '-x', '@a', '\tx', '\rx', '\nx', '＝1+1', '-1e5', '--1']) {
    expect(harmless(cell)).toBe(`'${cell}`);
  }
  for (const cell of ['-12.50', '12', 'a=b', '', "'x"]) expect(harmless(cell)).toBe(cell);
});
