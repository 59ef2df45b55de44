import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';
import { type CsvRecord, readRecords } from './csv-file.ts';
import { type Counts, NO_COUNTS, type RefusedLine } from './import-file.ts';
import type { HowToTake, Importer, Outcome } from './importer.ts';
import { type Mapping, rowOf } from './mapping.ts';

/** So many lines are taken in one transaction: a payer waits for no more than that. */
export const BATCH_LINES = 200;

/** A line as our fields, or why it cannot be one. */
interface Line {
  line: number;
  number: string;
  row: Record<string, string>;
  fault: string | undefined;
}

/** What became of some lines. */
export interface Taken {
  counts: Counts;
  refused: RefusedLine[];
  /** What the lines that are not refused come to, in minor units: currency → sum. */
  sums: Record<string, number>;
}

/** The lines of a file in batches, below its header. A number that stood in an earlier line is a fault. */
export function* batchesOf(text: string, mapping: Mapping): Generator<Line[]> {
  const records = readRecords(text, mapping.delimiter);
  const width = records.next().value?.cells.length ?? 0;
  const firstLineOf = new Map<string, number>();
  let batch: Line[] = [];
  for (const record of records) {
    batch.push(lineOf(record, { mapping, width, firstLineOf }));
    if (batch.length < BATCH_LINES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function lineOf(
  record: CsvRecord,
  { mapping, width, firstLineOf }: { mapping: Mapping; width: number; firstLineOf: Map<string, number> },
): Line {
  const row = rowOf(mapping, record);
  const number = row.number ?? '';
  const line = { line: record.line, number: record.broken ? '' : number, row };
  if (record.broken) return { ...line, fault: 'The quotation marks of this line do not match.' };
  if (record.cells.length < width || record.cells.slice(width).some(Boolean)) {
    return { ...line, fault: `This line has ${record.cells.length} columns, but the first line has ${width}.` };
  }
  if (!number) return { ...line, fault: 'The number is missing.' };
  const first = firstLineOf.get(textKey(number));
  if (first) return { ...line, fault: `The number ${number} stands in line ${first} already.` };
  firstLineOf.set(textKey(number), record.line);
  return { ...line, fault: undefined };
}

/** Gives the sound lines of a batch to the importer, and says what became of all. */
export async function takeLines(
  parts: { db: Db; clock: Clock },
  importer: Importer,
  batch: readonly Line[],
  how: HowToTake,
): Promise<Taken> {
  const sound = batch.filter((line) => !line.fault);
  const outcomes = await importer.take(
    parts,
    sound.map((line) => line.row),
    how,
  );
  const outcomeOf = new Map(sound.map((line, i) => [line, outcomes[i] as Outcome]));
  const counts = { ...NO_COUNTS };
  const refused: RefusedLine[] = [];
  const sums: Record<string, number> = {};
  for (const line of batch) {
    const outcome = outcomeOf.get(line) ?? { outcome: 'refused' as const, reason: line.fault ?? '' };
    counts[outcome.outcome] += 1;
    if (outcome.outcome === 'refused') {
      refused.push({ line: line.line, number: line.number.slice(0, 60), reason: outcome.reason });
      continue;
    }
    const sum = importer.sumOf?.(line.row, how.notation);
    if (sum) sums[sum.currency] = (sums[sum.currency] ?? 0) + sum.amountMinor;
  }
  return { counts, refused, sums };
}

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    refused: a.refused + b.refused,
  };
}

export function addSums(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const currencies = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(currencies.map((currency) => [currency, (a[currency] ?? 0) + (b[currency] ?? 0)]));
}

/** A pause long enough for requests that wait to be answered as a whole, which takes several turns of the event loop. */
const PAUSE_MS = 15;

/** Lets everybody else have their turn between two batches. */
export function yieldToOthers(pauseMs = PAUSE_MS): Promise<void> {
  return new Promise((resume) => setTimeout(resume, pauseMs));
}
