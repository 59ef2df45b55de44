import { stringify } from 'csv-stringify/sync';

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
