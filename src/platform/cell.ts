/**
 * One cell of a table that goes into a file: text, a decimal number ("-12.50"), a calendar day (2026-11-30) or a moment
 * (ISO 8601 UTC). Undefined is empty.
 */
export type Cell = string | { decimal: string } | { day: string } | { time: string } | undefined;

export interface Column {
  title: string;
  /** In characters, where the format knows of widths. */
  width?: number;
}

/** A file that is written row by row: each call gives the bytes that came of it, none while it still gathers. */
export interface TableFile {
  add(rows: readonly Cell[][]): Uint8Array;
  /** What closes the file; to be called once, at the end. */
  end(): Uint8Array;
  /** How its name ends: known for certain once it has ended. */
  readonly extension: 'csv' | 'xlsx' | 'zip';
}

/** The most that a cell of Excel holds, in UTF-16 units (Excel specifications and limits). */
const LONGEST_TEXT = 32_767;

/**
 * Text for a cell: one line without control characters, and without the marks that turn the direction of what follows
 * (U+202A to U+202E, U+2066 to U+2069), which make a name look like another. Letters that are written from right to left
 * stay as they are.
 */
export function cellText(text: string, longest = LONGEST_TEXT): string {
  const line = text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
