import { expect, test } from '@jest/globals';
import readWorkbook from 'read-excel-file/node';
import type { Cell, Column } from '../../src/platform/cell.ts';
import { createXlsx } from '../../src/platform/xlsx.ts';

const COLUMNS: Column[] = [{ title: 'Name', width: 30 }, { title: 'Sum' }, { title: 'Day' }, { title: 'Moment' }];

/** The workbook as another program reads it: the rows of each sheet, the head among them. */
async function readBack(pages: Cell[][][], options = {}) {
  const file = createXlsx(COLUMNS, { name: 'Movements', ...options });
  const bytes = Buffer.concat([...pages.map((rows) => file.add(rows)), file.end()]);
  return { bytes, sheets: await readWorkbook(bytes) };
}

test('numbers are numbers, days are days, and text stays text whatever it begins with', async () => {
  const { sheets } = await readBack([
    [
      [
        '=HYPERLINK("http://evil.test")',
        { decimal: '-12.50' },
        { day: '2026-03-01' },
        { time: '2026-03-01T23:59:58.500Z' },
      ],
      ['<script>alert("&")</script>', { decimal: '1250' }, undefined, undefined],
    ],
    [['  שלום \u202eevil\u202c \r\n x\u0000y\ud800', { decimal: '0.125' }, { day: '1999-12-31' }, undefined]],
  ]);
  expect(sheets).toMatchObject([{ sheet: 'Movements' }]);
  expect(sheets[0]?.data).toEqual([
    ['Name', 'Sum', 'Day', 'Moment'],
    ['=HYPERLINK("http://evil.test")', -12.5, new Date('2026-03-01'), new Date('2026-03-01T23:59:58.500Z')],
    ['<script>alert("&")</script>', 1250, null, null],
    ['שלום evil   x y\ufffd', 0.125, new Date('1999-12-31'), null],
  ]);
});

test('a table of thousands goes on on a second sheet, each with its head', async () => {
  const rows = Array.from({ length: 25 }, (_, i): Cell[] => [`Row ${i}`, { decimal: String(i) }]);
  const { sheets } = await readBack([rows.slice(0, 12), rows.slice(12)], { rowsOfASheet: 10 });
  expect(sheets.map(({ sheet, data }) => [sheet, data.length, data[0]?.[0], data[1]?.[0]])).toEqual([
    ['Movements', 11, 'Name', 'Row 0'],
    ['Movements 2', 11, 'Name', 'Row 10'],
    ['Movements 3', 6, 'Name', 'Row 20'],
  ]);
});

test('a table without rows has its head, and the same table gives the same bytes', async () => {
  const first = await readBack([]);
  expect(first.sheets[0]?.data).toEqual([['Name', 'Sum', 'Day', 'Moment']]);
  expect((await readBack([[]])).bytes.equals(first.bytes)).toBe(true);
});

test('a text cut to what a cell holds does not end in half a letter', async () => {
  const { sheets } = await readBack([[[`${'x'.repeat(32_766)}😀`]]]);
  expect(sheets[0]?.data[1]?.[0]).toBe('x'.repeat(32_766));
});
