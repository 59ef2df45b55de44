import { stringify } from 'csv-stringify/sync';
import { type Cell, type Column, cellText, type TableFile } from './cell.ts';
import { createZip, type ZipStream } from './zip.ts';

/** A table as CSV in UTF-8, for programs to read: plain decimals, days as yyyy-mm-dd, moments in ISO 8601 UTC. */
export function createCsv(columns: readonly Column[]): TableFile {
  let head = csvText([columns.map((column) => column.title)]);
  const withHead = (text: string) => {
    const bytes = Buffer.from(head + text);
    head = '';
    return bytes;
  };
  return {
    extension: 'csv',
    add: (rows) => withHead(csvText(rows.map((cells) => cells.map(plainText)))),
    end: () => withHead(''),
  };
}

/**
 * The same for a program that takes so many rows in one go: what has more becomes an archive of files with that many each,
 * `name-001.csv` and so on. At most the rows of one file are held in memory.
 */
export function createSplitCsv(
  columns: readonly Column[],
  { name, mostRows }: { name: string; mostRows: number },
): TableFile {
  let waiting: Cell[][] = [];
  let zip: ZipStream | undefined;
  let files = 0;
  const fileOf = (rows: Cell[][]) => {
    const file = createCsv(columns);
    return Buffer.concat([file.add(rows), file.end()]);
  };
  const pack = (archive: ZipStream, rows: Cell[][]) => {
    const begun = archive.begin(`${name}-${String(++files).padStart(3, '0')}.csv`);
    return Buffer.concat([begun, archive.write(fileOf(rows))]);
  };
  return {
    get extension() {
      return zip ? 'zip' : 'csv';
    },
    add(rows) {
      waiting.push(...rows);
      const packed: Uint8Array[] = [];
      while (waiting.length > mostRows) {
        zip ??= createZip();
        packed.push(pack(zip, waiting.slice(0, mostRows)));
        waiting = waiting.slice(mostRows);
      }
      return Buffer.concat(packed);
    },
    end: () => (zip ? Buffer.concat([pack(zip, waiting), zip.end()]) : fileOf(waiting)),
  };
}

function plainText(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cellText(cell);
  if ('decimal' in cell) return cell.decimal;
  return 'day' in cell ? cell.day : cell.time;
}

/** Rows of texts as CSV (RFC 4180: commas, CRLF, quotes where needed), each cell made harmless first. */
export function csvText(rows: string[][]): string {
  return stringify(
    rows.map((cells) => cells.map(harmless)),
    { record_delimiter: 'windows' },
  );
}

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection", with the
 * full-width forms); plain numbers such as -12.50 stay numbers.
 */
export function harmless(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
}
