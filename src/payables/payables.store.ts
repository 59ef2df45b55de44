import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';
import type { Tables } from '../platform/database/tables.ts';
import { dueOf, type Payable } from './payable.ts';

/** What has been allocated to a payable, as a column of any query that has the payable table in it. */
export const paidMinorColumn = sql<number>`(select coalesce(sum(a.amount_minor), 0) from allocation a where a.payable_id = payable.id)`;

/** What credit notes took off of that, likewise. */
export const creditedMinorColumn = sql<number>`(select coalesce(sum(a.amount_minor), 0) from allocation a where a.payable_id = payable.id and a.source = 'credit-note')`;

function payablesQuery(handle: Kysely<Tables>) {
  return handle
    .selectFrom('payable')
    .select(['id', 'kind', 'number', 'customer_id', 'currency', 'total_minor', 'state', 'version'])
    .select([paidMinorColumn.as('paid_minor'), creditedMinorColumn.as('credited_minor')]);
}

type PayableRow = Awaited<ReturnType<ReturnType<typeof payablesQuery>['execute']>>[number];

/** The payables with their live balances, in id order; those that do not exist are missing. */
export async function readPayables(db: Db, ids: readonly string[]): Promise<Payable[]> {
  if (ids.length === 0) return [];
  const rows = await payablesQuery(db.read)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  return rows.map(payableOf);
}

const ofLink = prepared((read, given: { linkId: string }) =>
  payablesQuery(read)
    .innerJoin('link_payable', 'link_payable.payable_id', 'payable.id')
    .where('link_payable.link_id', '=', given.linkId)
    .orderBy('link_payable.position'),
);

/** The payables that a payment link is for, in its order, with their live balances. */
export async function readPayablesOfLink(db: Db, linkId: string): Promise<Payable[]> {
  return (await ofLink(db, { linkId })).map(payableOf);
}

/** What a customer still owes in a currency, newest first, at most so many. */
export async function owedBy(
  db: Db,
  { customerId, currency }: { customerId: string; currency: string },
  most: number,
): Promise<Payable[]> {
  const rows = await payablesQuery(db.read)
    .where('customer_id', '=', customerId)
    .where('currency', '=', currency)
    .where('state', 'in', ['open', 'part_paid', 'requested'])
    .orderBy('id', 'desc')
    .limit(most)
    .execute();
  return rows.map(payableOf).filter((payable) => payable.dueMinor > 0);
}

/** The same, holding each row until the transaction ends, in id order so that two never wait for each other. */
export async function lockPayables(db: Db, ids: readonly string[]): Promise<Payable[]> {
  if (ids.length === 0) return [];
  // SQLite's transactions hold the whole file already (begin immediate).
  if (db.dialect === 'postgres') {
    await db.q
      .selectFrom('payable')
      .select('id')
      .where('id', 'in', [...ids])
      .orderBy('id')
      .forUpdate()
      .execute();
  }
  const rows = await payablesQuery(db.q)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  return rows.map(payableOf);
}

function payableOf(row: PayableRow): Payable {
  return {
    id: row.id,
    kind: row.kind,
    number: row.number,
    customerId: row.customer_id,
    currency: row.currency,
    totalMinor: row.total_minor,
    paidMinor: row.paid_minor,
    creditedMinor: row.credited_minor,
    dueMinor: dueOf(row.state, row.total_minor, row.paid_minor),
    state: row.state,
    version: row.version,
  };
}
