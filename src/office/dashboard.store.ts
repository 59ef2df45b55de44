import { type NotNull, sql } from 'kysely';
import { AGES, ageTeller, type InvoiceAge } from '../invoices/invoice-age.ts';
import { OWING_STATES } from '../invoices/invoices.store.ts';
import { dueOf } from '../payables/payable.ts';
import { paidMinorColumn } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addDays } from '../platform/show-time.ts';
import { rolledDays, rolledFigures, sumUpDays } from './day-figures.store.ts';
import { type DayFigure, daysBetween, stretchesOf } from './day-figures.ts';
import { type Kept, KeptReads } from './kept-reads.ts';

/** Days that are not summed up are read live up to so many rows; a page must stay quick. */
const MOST_LIVE_ROWS = 20_000;
const INVOICES_PER_READ = 500;

const keptDays = new KeptReads<{ figures: DayFigure[]; complete: boolean }>();
const keptSums = new KeptReads<AgedSum[]>();

/**
 * What some days came to: those that are over from their sums, the rest read live. `complete`: nothing is missing; `asOf`
 * (ISO UTC): when the rest was read, where that was not just now.
 */
export async function figuresOf(
  parts: { db: Db; clock: Clock },
  range: { from: string; to: string; zone: string },
): Promise<{ figures: DayFigure[]; complete: boolean; asOf: string | undefined }> {
  const { db } = parts;
  const [rolled, figures] = await Promise.all([rolledDays(db, range), rolledFigures(db, range)]);
  const missing: string[] = [];
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) if (!rolled.has(day)) missing.push(day);
  let complete = true;
  let asOf: string | undefined;
  for (const { from, to } of stretchesOf(missing)) {
    const live = await keptDays.get(parts, `${from} ${to} ${range.zone}`, async () => {
      const { rows, ...value } = await sumUpDays(db, daysBetween(from, to, range.zone), MOST_LIVE_ROWS);
      return { value, rows };
    });
    figures.push(...live.value.figures);
    complete &&= live.value.complete;
    asOf = [asOf, live.asOf].filter((one) => one !== undefined).sort()[0];
  }
  return { figures, complete, asOf };
}

/** What is owed on invoices of one age. */
export interface AgedSum {
  age: InvoiceAge;
  dueMinor: number;
  invoices: number;
}

/** What is owed on invoices of a currency, by how long they are past their due day (yyyy-mm-dd: today's). */
export function outstandingByAge(
  parts: { db: Db; clock: Clock },
  currency: string,
  today: string,
): Promise<Kept<AgedSum[]>> {
  return keptSums.get(parts, `${currency} ${today}`, async () => {
    const value = await addUpOwed(parts.db, currency, today);
    return { value, rows: value.reduce((sum, { invoices }) => sum + invoices, 0) };
  });
}

/** Reads what is owed only, in chunks. */
async function addUpOwed(db: Db, currency: string, today: string): Promise<AgedSum[]> {
  const sums = new Map(AGES.map((age) => [age, { age, dueMinor: 0, invoices: 0 }]));
  const ageOf = ageTeller(today);
  for (const state of OWING_STATES) {
    for (let after = ''; ; ) {
      const rows = await db.read
        .selectFrom('payable')
        .select(['payable.id', 'payable.total_minor', 'payable.due_on', paidMinorColumn.as('paid_minor')])
        .$narrowType<{ due_on: NotNull }>()
        .where('payable.kind', '=', 'invoice')
        .where('payable.state', '=', state)
        .where('payable.currency', '=', currency)
        .where('payable.id', '>', after)
        .orderBy('payable.id')
        .limit(INVOICES_PER_READ)
        .execute();
      for (const row of rows) {
        const sum = sums.get(ageOf(row.due_on)) as AgedSum;
        sum.dueMinor += dueOf(state, row.total_minor, row.paid_minor);
        sum.invoices += 1;
      }
      if (rows.length < INVOICES_PER_READ) break;
      after = rows.at(-1)?.id ?? '';
      await new Promise((resume) => setImmediate(resume));
    }
  }
  return [...sums.values()];
}

/** The currencies of invoices and receipts there are: one step of an index for each. */
export async function currenciesInUse(db: Db): Promise<string[]> {
  const { rows } = await sql<{ currency: string }>`
    with recursive invoiced (currency) as (
      select min(currency) from payable where kind = 'invoice'
      union all
      select (select min(payable.currency) from payable where kind = 'invoice' and payable.currency > invoiced.currency)
        from invoiced where invoiced.currency is not null
    ), received (currency) as (
      select min(currency) from receipt
      union all
      select (select min(receipt.currency) from receipt where receipt.currency > received.currency)
        from received where received.currency is not null
    )
    select currency from invoiced where currency is not null
    union select currency from received where currency is not null order by currency`.execute(db.read);
  return rows.map((row) => row.currency);
}
