import type { FieldErrors } from '../platform/refusal.ts';
import { type CsvRecord, DELIMITERS, type Delimiter } from './csv-file.ts';
import type { ImportField, Notation } from './importer.ts';

/** Which column of the file is which of our fields, and how the file is written. */
export interface Mapping extends Notation {
  delimiter: Delimiter;
  /** Field → column, counted from 0; a field without a column is missing. */
  columns: Record<string, number>;
}

/** Which columns are probably meant, by how they are usually headed; each column once. */
export function guessColumns(fields: readonly ImportField[], headers: readonly string[]): Record<string, number> {
  const plain = headers.map((header) => header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  const columns: Record<string, number> = {};
  for (const field of fields) {
    const at = field.usual.map((usual) => plain.indexOf(usual)).find((found) => found >= 0);
    if (at !== undefined && !Object.values(columns).includes(at)) columns[field.name] = at;
  }
  return columns;
}

/** How sums and dates are probably written, by cells that can be read in one way only; a person looks it over. */
export function guessNotation(cells: readonly string[]): Notation {
  return {
    dates: cells.some((cell) => /^\d{1,2}[./]\d{1,2}[./]\d{4}$/.test(cell.trim())) ? 'dmy' : 'ymd',
    decimals: cells.some((cell) => /^\d[\d.]*,\d{1,2}$/.test(cell.trim())) ? 'comma' : 'point',
  };
}

/** What a person chose on the page, as typed: `delimiter`, `dates`, `decimals` and `column-<field>`. */
export function readMapping(
  fields: readonly ImportField[],
  typed: Record<string, string>,
): { mapping: Mapping; errors: FieldErrors } {
  const errors: FieldErrors = {};
  const columns: Record<string, number> = {};
  for (const { name, label, required } of fields) {
    const chosen = typed[`column-${name}`] ?? '';
    if (/^\d{1,3}$/.test(chosen)) columns[name] = Number(chosen);
    else if (required) errors[`column-${name}`] = `Choose the column for "${label}".`;
  }
  const delimiter = typed.delimiter ?? '';
  if (!Object.hasOwn(DELIMITERS, delimiter)) errors.delimiter = 'Choose the separator that stands between the columns.';
  return {
    mapping: {
      delimiter: (errors.delimiter ? ',' : delimiter) as Delimiter,
      dates: typed.dates === 'dmy' ? 'dmy' : 'ymd',
      decimals: typed.decimals === 'comma' ? 'comma' : 'point',
      columns,
    },
    errors,
  };
}

/** The same, as fields of a form. */
export function typedOf(mapping: Mapping): Record<string, string> {
  const columns = Object.entries(mapping.columns).map(([field, at]) => [`column-${field}`, String(at)]);
  return {
    delimiter: mapping.delimiter,
    dates: mapping.dates,
    decimals: mapping.decimals,
    ...Object.fromEntries(columns),
  };
}

/** A record as our fields; what the file does not have is empty. */
export function rowOf(mapping: Mapping, record: CsvRecord): Record<string, string> {
  return Object.fromEntries(Object.entries(mapping.columns).map(([field, at]) => [field, record.cells[at] ?? '']));
}
