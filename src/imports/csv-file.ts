import { parse } from 'csv-parse/sync';
import { Refusal } from '../platform/refusal.ts';

export const DELIMITERS = { ',': 'Comma', ';': 'Semicolon', '\t': 'Tab' } as const;
export type Delimiter = keyof typeof DELIMITERS;

/** One record of a file; its line is where it begins, counted from 1. A broken one has its text in one cell. */
export interface CsvRecord {
  line: number;
  cells: string[];
  broken: boolean;
}

/** A field with line breaks in it may run over so many lines; beyond that a quotation mark was forgotten. */
const LONGEST_RECORD_LINES = 20;
const READ_AT_ONCE = 200;

/**
 * The text of an uploaded file: UTF-8 or UTF-16 by its mark, UTF-8 if it is that, else Windows Latin.
 * Errors: Refusal under the field `file` when it is no text.
 */
export function decodeFile(bytes: Uint8Array): string {
  const text = decode(bytes);
  if (text.includes('\0')) {
    const sentence = 'This is not a CSV file. Save the sheet as CSV and choose that file.';
    throw new Refusal('fields-invalid', 422, sentence, { fields: { file: sentence } });
  }
  return text.toWellFormed();
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The delimiter that stands most often in the first line. */
export function guessDelimiter(text: string): Delimiter {
  const first = /[^\r\n]+/.exec(text)?.[0] ?? '';
  const count = (mark: string) => first.split(mark).length;
  return (Object.keys(DELIMITERS) as Delimiter[]).reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/**
 * Reads the records of a file one after another, the header among them; empty lines are left out. A line whose
 * quotation marks do not close is broken, and only that line: reading goes on with the next.
 */
export function* readRecords(text: string, delimiter: Delimiter): Generator<CsvRecord> {
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; ) {
    const waiting: Array<{ line: number; span: number; text: string }> = [];
    while (at < lines.length && waiting.length < READ_AT_ONCE) {
      const span = spanOf(lines, at);
      waiting.push({ line: at + 1, span, text: lines.slice(at, at + span).join('\n') });
      at += span;
    }
    const together = cellsOf(
      waiting.map((one) => one.text),
      delimiter,
    );
    for (const [i, one] of waiting.entries()) {
      if (!one.text.trim()) continue;
      const cells = together?.[i] ?? cellsOf([one.text], delimiter)?.[0];
      if (cells) yield { line: one.line, cells, broken: false };
      else yield* brokenAt(lines, one, delimiter);
    }
  }
}

/** How many lines belong together at a place because of an open quotation mark; one when it never closes. */
function spanOf(lines: readonly string[], at: number): number {
  let marks = 0;
  for (let span = 1; span <= LONGEST_RECORD_LINES && at + span <= lines.length; span++) {
    marks += (lines[at + span - 1] as string).split('"').length - 1;
    if (marks % 2 === 0) return span;
  }
  return 1;
}

/** The cells of records that are whole, all at once; undefined when one of them cannot be read. */
function cellsOf(records: string[], delimiter: Delimiter): string[][] | undefined {
  if (!records.some((record) => record.includes('"'))) {
    return records.map((record) => record.split(delimiter).map(plainCell));
  }
  try {
    const read: string[][] = parse(records.join('\n'), {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: false,
    });
    return read.length === records.length ? read.map((cells) => cells.map(plainCell)) : undefined;
  } catch {
    return undefined;
  }
}

/** The first line of a bundle that made no sense is broken; the others may be sound each by itself. */
function* brokenAt(
  lines: readonly string[],
  { line, span }: { line: number; span: number },
  delimiter: Delimiter,
): Generator<CsvRecord> {
  yield { line, cells: [lines[line - 1] as string], broken: true };
  for (let next = line + 1; next < line + span; next++) {
    const text = lines[next - 1] as string;
    const cells = cellsOf([text], delimiter)?.[0];
    if (text.trim()) yield { line: next, cells: cells ?? [text], broken: !cells };
  }
}

/** A cell as meant: the apostrophe that keeps a spreadsheet from taking a text for a formula is not part of it. */
function plainCell(cell: string): string {
  const trimmed = cell.trim();
  return /^'[=+\-@\t\r]/.test(trimmed) ? trimmed.slice(1) : trimmed;
}
