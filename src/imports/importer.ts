import type { Actor } from '../audit/record.ts';
import type { Money } from '../money/money.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

export type ImportKind = 'customers' | 'invoices';

/** What our side knows a column as. The field `number` is there in every importer: what tells its lines apart. */
export interface ImportField {
  name: string;
  label: string;
  required: boolean;
  /** How its column is usually headed: small letters and digits only. */
  usual: readonly string[];
}

/** How sums and dates are written in the file. */
export interface Notation {
  dates: 'ymd' | 'dmy';
  decimals: 'point' | 'comma';
}

/** What became of a line, or would become of it. */
export type Outcome = { outcome: 'created' | 'updated' | 'unchanged' } | { outcome: 'refused'; reason: string };

export interface Importer {
  /** What one line is, for sentences: "invoice". */
  noun: string;
  fields: readonly ImportField[];
  /** The sum that a line is about, where there is one and it can be read. */
  sumOf?(row: Record<string, string>, notation: Notation): Money | undefined;
  /**
   * Takes lines into the books and gives one outcome for each, in their order; no number stands twice among them.
   * Runs in one transaction and leaves it sound whatever a line holds. With `dryRun` it only says what would become
   * of them.
   */
  take(
    parts: { db: Db; clock: Clock },
    rows: ReadonlyArray<Record<string, string>>,
    how: HowToTake,
  ): Promise<Outcome[]>;
}

export interface HowToTake {
  notation: Notation;
  actor: Actor;
  dryRun: boolean;
}

/** The importers of all kinds; put together where everyone is known. */
export type Importers = Record<ImportKind, Importer>;
