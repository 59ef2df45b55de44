import type { Cell, Column } from '../platform/cell.ts';
import type { BatchPlace, MoneyMoved, Movement, MovementLine } from './movement.ts';

/** A movement on its way into a file, with the money of it that the file is about. */
export interface Listed {
  movement: Movement;
  moved: readonly MoneyMoved[];
  /** The day on which it was booked, in the file's zone. */
  day: string;
  batch: BatchPlace | undefined;
}

/** What a file knows besides its movements. */
export interface FileContext {
  /** How the programs of the company's country read days. */
  dayForm: 'dd/mm/yyyy' | 'mm/dd/yyyy';
  /** The company's own number and name of the account that a line is booked on. */
  ledgerName(line: MovementLine): { number: string; name: string };
}

/** What a file looks like that some program imports: its columns, and the rows of a movement. */
export interface Preset {
  label: string;
  /** What people do with it. */
  hint: string;
  formats: readonly ['csv', ...'xlsx'[]];
  /** A statement of one account in one currency, of which the program takes so many lines at once. */
  statement?: { mostRows: number };
  columns: readonly Column[];
  rowsOf(listed: Listed, context: FileContext): Cell[][];
}

/** 2026-11-30 in the form that a program asks for. */
export function dayIn(form: FileContext['dayForm'], day: string): string {
  const [year, month, date] = day.split('-');
  return form === 'mm/dd/yyyy' ? `${month}/${date}/${year}` : `${date}/${month}/${year}`;
}
