import type { Kysely, NotNull, Selectable } from 'kysely';
import type { Account } from '../accounts/account.ts';
import { readAccount } from '../accounts/accounts.store.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayablesOfLink } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';
import type { CustomerTable, LinkTable, Tables } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import type { Link } from './link.ts';

const byId = prepared((read, given: { id: string }) => read.selectFrom('link').selectAll().where('id', '=', given.id));

/** Undefined when there is none of that id: the customer's page answers that like any wrong token. */
export async function findLink(db: Db, id: string): Promise<Link | undefined> {
  const [row] = await byId(db, { id });
  return row ? linkOf(row, (await payableIdsOf(db, [id])).get(id) ?? []) : undefined;
}

/** Errors: 404 when there is none of that id. */
export async function readLink(db: Db, id: string): Promise<Link> {
  const link = await findLink(db, id);
  if (!link) throw notFound('payment link');
  return link;
}

/** Holds the rows of links until the transaction ends, where the engine does not hold the whole file anyway. */
export async function lockLinks(db: Db, ids: readonly string[]): Promise<void> {
  if (db.dialect !== 'postgres' || ids.length === 0) return;
  await db.q
    .selectFrom('link')
    .select('id')
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** A link with all that its pages show. Payables stand in the link's order, with live balances. */
export interface LinkInFull {
  link: Link;
  payables: Payable[];
  customer: { id: string; number: string; name: string; email: string; language: string };
  account: Account;
}

/** Everything a page about one link needs, in four short reads; undefined when there is none of that id. */
export async function findLinkInFull(db: Db, id: string): Promise<LinkInFull | undefined> {
  const [row] = await byId(db, { id });
  if (!row) return undefined;
  const payables = await readPayablesOfLink(db, id);
  return {
    link: linkOf(
      row,
      payables.map((payable) => payable.id),
    ),
    payables,
    customer: await readCustomerOf(db, row.customer_id),
    account: await readAccount(db, row.account_id),
  };
}

/**
 * Links that have not ended and for which nothing is due but what is among these payables: a new link for them takes
 * their place. What was handed over goes on with one payment, whatever other links there are.
 */
export function coveredLinks(handle: Kysely<Tables>, payableIds: readonly string[]) {
  return handle
    .selectFrom('link_payable')
    .innerJoin('link as older', 'older.id', 'link_payable.link_id')
    .select('older.id')
    .where('link_payable.payable_id', 'in', [...payableIds])
    .where('older.ended_as', 'is', null)
    .where('older.terms', '!=', 'hand_off')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('link_payable as beside')
            .innerJoin('payable', 'payable.id', 'beside.payable_id')
            .select('beside.payable_id')
            .whereRef('beside.link_id', '=', 'older.id')
            .where('beside.payable_id', 'not in', [...payableIds])
            .where('payable.state', 'in', ['open', 'part_paid', 'requested']),
        ),
      ),
    );
}

/** The latest due date (yyyy-mm-dd) among invoices; undefined where there is none, as with deposits. */
export async function latestDueOn(db: Db, payableIds: readonly string[]): Promise<string | undefined> {
  return (await dueDaysOf(db, payableIds)).at(-1);
}

/** The days (yyyy-mm-dd) on which invoices are due, the first one first; deposits have none. */
export async function dueDaysOf(db: Db, payableIds: readonly string[]): Promise<string[]> {
  const rows = await db.read
    .selectFrom('payable')
    .select('due_on')
    .where('id', 'in', [...payableIds])
    .where('due_on', 'is not', null)
    .$narrowType<{ due_on: NotNull }>()
    .execute();
  return [...new Set(rows.map((row) => row.due_on))].sort();
}

/**
 * The same documents, what is due longest first: a part that is paid through a link settles them in its order. A deposit
 * counts as due from the day on which it was asked for. Those that do not exist are missing.
 */
export async function longestDueFirst(db: Db, payableIds: readonly string[]): Promise<string[]> {
  if (payableIds.length < 2) return [...payableIds];
  const rows = await db.read
    .selectFrom('payable')
    .select(['id', 'created_at', 'due_on'])
    .where('id', 'in', [...payableIds])
    .orderBy('id')
    .execute();
  return rows
    .map((row) => ({ id: row.id, day: row.due_on ?? row.created_at.slice(0, 10) }))
    .sort((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))
    .map((row) => row.id);
}

/** Which payables each link is for, in order: link id → payable ids. */
export async function payableIdsOf(db: Db, linkIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (linkIds.length === 0) return found;
  const rows = await db.read
    .selectFrom('link_payable')
    .select(['link_id', 'payable_id'])
    .where('link_id', 'in', [...linkIds])
    .orderBy('link_id')
    .orderBy('position')
    .execute();
  for (const row of rows) found.set(row.link_id, [...(found.get(row.link_id) ?? []), row.payable_id]);
  return found;
}

const customerById = prepared((read, given: { id: string }) =>
  read.selectFrom('customer').select(['id', 'number', 'name', 'email', 'language']).where('id', '=', given.id),
);

/** What links say of their customer. Errors: none of that id. */
export async function readCustomerOf(
  db: Db,
  id: string,
): Promise<Pick<Selectable<CustomerTable>, 'id' | 'number' | 'name' | 'email' | 'language'>> {
  const [row] = await customerById(db, { id });
  if (!row) throw notFound('customer');
  return row;
}

export function linkOf(row: Selectable<LinkTable>, payableIds: string[]): Link {
  return {
    id: row.id,
    kind: row.kind,
    customerId: row.customer_id,
    accountId: row.account_id,
    currency: row.currency,
    terms: row.terms,
    partMinor: row.part_minor ?? undefined,
    leastMinor: row.least_minor ?? undefined,
    paymentId: row.payment_id ?? undefined,
    createdAt: row.created_at,
    createdBy: row.created_by ?? undefined,
    expiresAt: row.expires_at,
    endedAs: row.ended_as ?? undefined,
    endedAt: row.ended_at ?? undefined,
    endedBy: row.ended_by ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
    payableIds,
  };
}
