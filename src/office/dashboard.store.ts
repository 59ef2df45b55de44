import { sql } from 'kysely';
import { AGES, ageTeller, type InvoiceAge } from '../invoices/invoice-age.ts';
import { OWING_STATES } from '../invoices/invoices.store.ts';
import { dueOf } from '../payables/payable.ts';
import { paidMinorColumn } from '../payables/payables.store.ts';
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { addDays } from '../platform/show-time.ts';
import { rolledDays, rolledFigures, sumUpDays } from './day-figures.store.ts';
import { type DayFigure, daysBetween, stretchesOf } from './day-figures.ts';

/** Days that are not summed up are read live up to so many rows; a page must stay quick. */
const MOST_LIVE_ROWS = 20_000;
const INVOICES_PER_READ = 500;

/** What some days came to: those that are over from their sums, the rest read live. `complete`: nothing is missing. */
export async function figuresOf(
  { db }: { db: Db; clock: Clock },
  range: { from: string; to: string; zone: string },
): Promise<{ figures: DayFigure[]; complete: boolean }> {
  const [rolled, figures] = await Promise.all([rolledDays(db, range), rolledFigures(db, range)]);
  const missing: string[] = [];
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) if (!rolled.has(day)) missing.push(day);
  let complete = true;
  for (const { from, to } of stretchesOf(missing)) {
    const live = await sumUpDays(db, daysBetween(from, to, range.zone), MOST_LIVE_ROWS);
    figures.push(...live.figures);
    complete &&= live.complete;
  }
  return { figures, complete };
}

/** What is owed on invoices of one age. */
export interface AgedSum {
  age: InvoiceAge;
  dueMinor: number;
  invoices: number;
}

/** Up to so many owed invoices are added up for each look at them; more are kept for a while. */
const ADDED_UP_EACH_TIME = 1000;
const FRESH_MS = MINUTE_MS;
const KEPT_MS = 10 * MINUTE_MS;

/** What was owed, and when that was added up (ISO UTC); `asOf` is undefined where that was just now. */
export interface Outstanding {
  ages: AgedSum[];
  asOf: string | undefined;
}

interface Kept {
  ages: AgedSum[];
  atMs: number;
  today: string;
  next: Promise<unknown> | undefined;
}

/** By database, and there by currency. It may be forgotten at any time. */
const keptSums = new WeakMap<Db, Map<string, Kept>>();

/**
 * What is owed on invoices of a currency, by how long they are past their due day. Where many are owed, what was added up
 * within the last minutes is given, and added up anew beside; so a page costs the same however many they are.
 */
export async function outstandingByAge(
  { db, clock }: { db: Db; clock: Clock },
  currency: string,
  today: string,
): Promise<Outstanding> {
  if (!(await areManyOwed(db))) return { ages: await addUpOwed(db, currency, today), asOf: undefined };
  const kept = keptSums.get(db) ?? new Map<string, Kept>();
  keptSums.set(db, kept);
  const nowMs = clock.now().getTime();
  const last = kept.get(currency);
  const again = async () => {
    const ages = await addUpOwed(db, currency, today);
    kept.set(currency, { ages, atMs: nowMs, today, next: undefined });
    return { ages, asOf: undefined };
  };
  if (!last || last.today !== today || nowMs - last.atMs > KEPT_MS) return again();
  // Whoever looks does not wait for it; what fails is tried by the next look.
  if (nowMs - last.atMs > FRESH_MS) {
    last.next ??= again().catch(() => {
      last.next = undefined;
    });
  }
  return { ages: last.ages, asOf: new Date(last.atMs).toISOString() };
}

/** Whatever their currency: the index tells that without reading them. */
async function areManyOwed(db: Db): Promise<boolean> {
  let count = 0;
  for (const state of OWING_STATES) {
    const some = await db.read
      .selectFrom('payable')
      .select('id')
      .where('kind', '=', 'invoice')
      .where('state', '=', state)
      .limit(ADDED_UP_EACH_TIME + 1)
      .execute();
    count += some.length;
  }
  return count > ADDED_UP_EACH_TIME;
}

/** Reads what is owed only, in chunks. */
async function addUpOwed(db: Db, currency: string, today: string): Promise<AgedSum[]> {
  const sums = new Map(AGES.map((age) => [age, { age, dueMinor: 0, invoices: 0 }]));
  const ageOf = ageTeller(today);
  for (const state of OWING_STATES) {
    for (let after = ''; ; ) {
      const rows = await db.read
        .selectFrom('payable')
        .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
        .select(['payable.id', 'payable.total_minor', 'invoice.due_on', paidMinorColumn.as('paid_minor')])
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
