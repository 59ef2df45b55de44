import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import { SYSTEM } from '../../src/audit/record.ts';
import { removeCard } from '../../src/cards/remove-card.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { type Db, openDatabase } from '../../src/platform/database/database.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { checkBooks } from '../../src/reconcile/check-books.ts';
import { ENGINES, emptyDatabase } from '../support/fresh-database.ts';
import { aDeposit, anInvoice } from '../support/seeds.ts';
import { openTill, type Till } from '../support/till.ts';

/** The last file of the first installations. */
const FIRST_SCHEMA = '0005-books.sql';

describe.each(ENGINES)('an installation of before that is upgraded, on %s', (engine) => {
  let till: Till;
  beforeAll(async () => {
    till = await openTill({ engine });
  });
  afterAll(() => till.stop());

  test('keeps all that it had, its books still hold, and it has the schema of a new one', async () => {
    const { customerId, cardId } = await till.aKeptCard();
    const keptWith = async (payableId: string, card: string) =>
      startPayment(till.house, await till.press(await till.aLink(payableId), { card, saveCard: true }));
    const deposit = await aDeposit(till.house, { customerId });
    await keptWith(deposit.id, '5555555555554444');
    await keptWith((await anInvoice(till.house, { customerId })).id, '378282246310005');
    await removeCard(till.house, { cardId, customerId, actor: SYSTEM });
    await till.aLink((await anInvoice(till.house, { customerId })).id);

    const { url, drop } = await emptyDatabase(engine);
    const old = await openDatabase(url);
    try {
      await migrate(old, FIRST_SCHEMA);
      const copied = await copyAll(till.house.db, old);
      expect(copied).toMatchObject({ payment: 3, saved_card: 3, consent: 3, deposit: 1, link: 4, receipt: 3 });
      const applied = await migrate(old);
      expect(applied[0]).toBe('0006-accounts.sql');
      expect(await migrate(old)).toEqual([]);

      for (const [table, rows] of Object.entries(copied))
        expect([table, await countOf(old, table)]).toEqual([table, rows]);
      expect((await checkBooks(old)).flatMap(({ broken }) => broken)).toEqual([]);
      // No default was known before: the oldest card that is kept is it now.
      const cards = await old.read.selectFrom('saved_card').select(['last4', 'is_default']).orderBy('id').execute();
      expect(cards.map((card) => `${card.last4} ${card.is_default}`)).toEqual(['4242 0', '4444 1', '0005 0']);
      expect(new Map(await schemaOf(old))).toEqual(new Map(await schemaOf(till.house.db)));
    } finally {
      await old.close();
      await drop();
    }
  });
});

/** Columns that stood elsewhere before, and how they are read from where they stand now. */
const MOVED: Record<string, RawBuilder<unknown>> = {
  'invoice.due_on': sql`(select payable.due_on from payable where payable.id = invoice.payable_id) as due_on`,
};

/** Every row of every table that both have, in the columns that the other has. */
async function copyAll(from: Db, to: Db): Promise<Record<string, number>> {
  const copied: Record<string, number> = {};
  for (const [table, columns] of await schemaOf(to)) {
    if (table === 'schema_migration') continue;
    const own = columns.filter(({ isCounted }) => !isCounted);
    const names = sql.join(own.map(({ name }) => sql.ref(name)));
    const read = sql.join(own.map(({ name }) => MOVED[`${table}.${name}`] ?? sql.ref(name)));
    const { rows } = await sql<Record<string, unknown>>`select ${read} from ${sql.table(table)}`.execute(from.q);
    for (const row of rows) {
      const values = sql.join(own.map(({ name }) => sql.val(row[name])));
      await sql`insert into ${sql.table(table)} (${names}) values (${values})`.execute(to.q);
    }
    copied[table] = rows.length;
  }
  return copied;
}

async function countOf(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db.q);
  return Number(rows[0]?.n);
}

interface Column {
  name: string;
  required: boolean;
  /** The database gives it a number by itself. */
  isCounted: boolean;
}

type Row = { t: string; name: string; required: unknown; counted: unknown };

/** Tables in the order of their making, which is one in which they can be filled; with columns, by name. */
async function schemaOf(db: Db): Promise<Array<[table: string, columns: Column[]]>> {
  const query =
    db.dialect === 'sqlite'
      ? sql<Row>`
          select made.name as t, col.name as name, col."notnull" as required, 0 as counted from sqlite_master made
            join pragma_table_info(made.name) col where made.type = 'table' and made.name not like 'sqlite_%'
            order by made.rowid, col.name`
      : sql<Row>`
          select made.relname as t, col.attname as name, col.attnotnull as required, col.attidentity <> '' as counted from pg_class made
            join pg_attribute col on col.attrelid = made.oid and col.attnum > 0 and not col.attisdropped
            where made.relkind = 'r' and made.relnamespace = 'public'::regnamespace
            order by made.oid, col.attname`;
  const tables = new Map<string, Column[]>();
  for (const { t, name, required, counted } of (await query.execute(db.q)).rows) {
    tables.set(t, [...(tables.get(t) ?? []), { name, required: Boolean(required), isCounted: Boolean(counted) }]);
  }
  return [...tables];
}
