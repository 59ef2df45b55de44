// Fills a database with as many payments as wanted, each with its invoice or deposit, link, letters, receipt, movement at
// the gateway, books and log; some are given back or disputed. So pages can be tried at a size that nobody types in.
// Nothing is charged: the accounts it makes have no keys. `verify --books-only` finds nothing amiss in it.
//   node scripts/seed-payments.mjs --payments 1000000 [--database sqlite:data/million.db]
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { sealAudit } from '../dist/audit/seal-audit.js';
import { sumJournal } from '../dist/ledger/sum-journal.js';
import { rollUpDays } from '../dist/office/roll-up-days.js';
import { systemClock } from '../dist/platform/clock.js';
import { openDatabase } from '../dist/platform/database/database.js';
import { migrate } from '../dist/platform/database/migrate.js';
import { seedTables } from './seed-tables.mjs';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DAYS = 730;
const CHUNK = 50_000;

/** Seeds an empty database (`sqlite:…` or `postgres://…`) whose payments are spread evenly over the last two years. */
export async function seedPayments(databaseUrl, payments, tell = () => {}) {
  const db = await openDatabase(databaseUrl);
  const timed = async (what, deed) => {
    const startedMs = performance.now();
    await deed();
    tell(`${what}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  };
  try {
    await migrate(db);
    if (db.dialect === 'sqlite') await withoutSafety(db);
    // A million rows are sorted into an index at the end in a fraction of the time that each by itself takes.
    const indexes = await takeIndexesAway(db);
    const world = aWorld(db.dialect, payments);
    for (const [what, rows, statements] of seedTables(world)) {
      await timed(`${what} (${rows})`, async () => {
        for (let from = 1; from <= rows; from += CHUNK) {
          const to = Math.min(from + CHUNK - 1, rows);
          await db.tx(async () => {
            for (const statement of statements) await sql.raw(world.series(from, to, statement)).execute(db.q);
          });
        }
      });
    }
    await timed(`${indexes.length} indexes`, async () => {
      for (const definition of indexes) await sql.raw(definition).execute(db.q);
    });
    // As PostgreSQL does by itself; the portal gives SQLite no statistics, so neither does this.
    if (db.dialect === 'postgres') await timed('statistics', () => sql.raw('analyze').execute(db.q));
    const parts = { db, clock: systemClock };
    await timed('sums of the journal', () => sumJournal(parts));
    await timed('chain of the audit log', () => sealAudit(parts));
    await timed('figures of days', async () => {
      while ((await rollUpDays(parts)) > 0);
    });
    if (db.dialect === 'postgres') await sql.raw('analyze').execute(db.q);
  } finally {
    await db.close();
  }
}

/** Whoever pulls the plug seeds anew. */
async function withoutSafety(db) {
  for (const pragma of ['synchronous = off', 'foreign_keys = off', 'cache_size = -400000']) {
    await sql.raw(`pragma ${pragma}`).execute(db.q);
  }
}

async function takeIndexesAway(db) {
  const { rows } = await sql
    .raw(
      db.dialect === 'postgres'
        ? `select indexname as name, indexdef as definition from pg_indexes
             where schemaname = current_schema() and indexname not in (select conname from pg_constraint)`
        : `select name, sql as definition from sqlite_master where type = 'index' and sql is not null`,
    )
    .execute(db.q);
  for (const { name } of rows) await sql.raw(`drop index ${name}`).execute(db.q);
  return rows.map((row) => row.definition);
}

/** How the n-th thing is written, in the words of each engine. Ids sort as their numbers do. */
function aWorld(dialect, payments) {
  const postgres = dialect === 'postgres';
  const stepMs = Math.max(1, Math.floor((DAYS * DAY_MS) / payments));
  // What follows a payment, such as a refund, comes within the hour.
  const startMs = Date.now() - HOUR_MS - payments * stepMs;
  const [firstDay, lastDay] = [startMs, Date.now()].map((ms) => Math.floor(ms / DAY_MS));
  const at = (ms) =>
    postgres
      ? `to_char(to_timestamp((${ms}) / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
      : `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`;
  const id = (prefix, n = 'n') =>
    postgres ? `'${prefix}_' || lpad((${n})::text, 26, '0')` : `'${prefix}_' || printf('%026d', ${n})`;
  return {
    payments,
    customers: Math.max(10, Math.floor(payments / 50)),
    days: lastDay - firstDay + 1,
    id,
    /** When the n-th payment was paid; `after` it in milliseconds. */
    when: (after = 0, n = 'n') => at(`${startMs} + (${n}) * ${stepMs} + ${after}`),
    day: (after = 0, n = 'n') => `substr(${at(`${startMs} + (${n}) * ${stepMs} + ${after}`)}, 1, 10)`,
    /** The day of the n-th payment, counted from the first one. */
    dayNumber: (n = 'n') => `((${startMs} + (${n}) * ${stepMs}) / ${DAY_MS} - ${firstDay})`,
    /** A day by its number, yyyy-mm-dd, and an early hour of it. */
    dayOf: (number) => `substr(${at(`(${firstDay} + ${number}) * ${DAY_MS}`)}, 1, 10)`,
    morningOf: (number) => at(`(${firstDay} + ${number}) * ${DAY_MS} + ${6 * HOUR_MS}`),
    text: (n) => (postgres ? `(${n})::text` : `cast(${n} as text)`),
    digits: (n, length) => (postgres ? `lpad((${n})::text, ${length}, '0')` : `printf('%0${length}d', ${n})`),
    series: (from, to, statement) => {
      const numbers = postgres
        ? `with s as (select n from generate_series(${from}::bigint, ${to}::bigint) as g(n))`
        : `with recursive s(n) as (select ${from} union all select n + 1 from s where n < ${to})`;
      if (!/ from s\b/.test(statement)) return statement;
      const start = statement.indexOf('select ');
      return `${statement.slice(0, start)} ${numbers} ${statement.slice(start)}`;
    },
  };
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { payments: { type: 'string', default: '1000' }, database: { type: 'string' } },
  });
  const database = values.database ?? `sqlite:data/payments-${values.payments}.db`;
  await seedPayments(database, Number(values.payments), (said) => console.log(said));
}
