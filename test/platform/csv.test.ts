import { expect, test } from '@jest/globals';
import { createSplitCsv, harmless } from '../../src/platform/csv.ts';
import { readZip } from '../exports/read-back.ts';

test('cells that a spreadsheet would run are made harmless, and numbers stay numbers', () => {
  for (const cell of ['=1+1', '+1', '-x', '@a', '\tx', '\rx', '\nx', '＝1+1', '-1e5', '--1']) {
    expect(harmless(cell)).toBe(`'${cell}`);
  }
  for (const cell of ['-12.50', '12', 'a=b', '', "'x"]) expect(harmless(cell)).toBe(cell);
});

test('a table with more rows than a program takes at once becomes an archive of files, none of them empty', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, i) => [`row ${i}`]);
  const split = (...counts: number[]) => {
    const file = createSplitCsv([{ title: 'Name' }], { name: 'bank', mostRows: 3 });
    const bytes = Buffer.concat([...counts.map((count) => file.add(rows(count))), file.end()]);
    return { extension: file.extension, bytes };
  };
  expect(split(1, 2)).toMatchObject({ extension: 'csv' });
  expect(String(split(1, 2).bytes)).toBe('Name\r\nrow 0\r\nrow 0\r\nrow 1\r\n');
  const { extension, bytes } = split(2, 5);
  expect(extension).toBe('zip');
  expect(readZip(bytes)).toEqual({
    'bank-001.csv': 'Name\r\nrow 0\r\nrow 1\r\nrow 0\r\n',
    'bank-002.csv': 'Name\r\nrow 1\r\nrow 2\r\nrow 3\r\n',
    'bank-003.csv': 'Name\r\nrow 4\r\n',
  });
  expect(Object.keys(readZip(split(6).bytes))).toEqual(['bank-001.csv', 'bank-002.csv']);
});
