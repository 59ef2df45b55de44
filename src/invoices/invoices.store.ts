import { type NotNull, sql } from 'kysely';
import { dueOf, type Payable, type PayableState } from '../payables/payable.ts';
import { paidMinorColumn, readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import type { InvoiceDraft, InvoiceLine } from './invoice.ts';
import { asksForOwed, type InvoiceFilter } from './invoice-filter.ts';

/** An invoice with its live balance and all that it says. */
export interface Invoice {
  payable: Payable;
  draft: InvoiceDraft;
  customer: { id: string; number: string; name: string };
  /** How much of what is paid was paid elsewhere, as a file told: whole minor units. */
  paidElsewhereMinor: number;
}

/** Errors: 404 when there is none of that id. In the transaction one stands in, if any. */
export async function readInvoice(db: Db, id: string): Promise<Invoice> {
  const [payable] = isId(id, 'inv') ? await readPayables(db, [id]) : [];
  if (!payable) throw notFound('invoice');
  const [row, lines, elsewhere] = await Promise.all([
    db.read
      .selectFrom('invoice')
      .innerJoin('payable', 'payable.id', 'invoice.payable_id')
      .innerJoin('customer', 'customer.id', 'payable.customer_id')
      .select(['issued_on', 'due_on', 'order_reference', 'note', 'customer.number', 'customer.name'])
      .where('payable_id', '=', id)
      .$narrowType<{ due_on: NotNull }>()
      .executeTakeFirstOrThrow(),
    linesOf(db, id),
    paidElsewhereOn(db, [id]),
  ]);
  return {
    payable,
    customer: { id: payable.customerId, number: row.number, name: row.name },
    paidElsewhereMinor: elsewhere.get(id) ?? 0,
    draft: {
      number: payable.number,
      customerId: payable.customerId,
      currency: payable.currency,
      totalMinor: payable.totalMinor,
      issuedOn: row.issued_on,
      dueOn: row.due_on,
      orderReference: row.order_reference,
      note: row.note,
      lines,
    },
  };
}

/** What was paid elsewhere on these invoices: id → whole minor units; those without are missing. */
export async function paidElsewhereOn(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('allocation')
    .select('payable_id')
    .select(({ fn }) => fn.sum<number>('amount_minor').as('sum'))
    .where('payable_id', 'in', [...ids])
    .where('source', '=', 'elsewhere')
    .groupBy('payable_id')
    .execute();
  return new Map(rows.map((row) => [row.payable_id, Number(row.sum)]));
}

async function linesOf(db: Db, id: string): Promise<InvoiceLine[]> {
  const rows = await db.read
    .selectFrom('invoice_line')
    .select(['description', 'quantity', 'amount_minor'])
    .where('payable_id', '=', id)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    description: row.description,
    quantity: row.quantity,
    amountMinor: row.amount_minor,
  }));
}

const FOUND_BY: readonly SearchWay[] = [
  { kind: 'invoice' },
  { kind: 'customer', tie: ['payable.customer_id', 'payable.id'] },
];

export interface InvoiceRow {
  id: string;
  number: string;
  customerId: string;
  customerName: string;
  currency: string;
  totalMinor: number;
  dueMinor: number;
  dueOn: string;
  state: PayableState;
}

/** The states in which something may still be owed on an invoice. */
export const OWING_STATES = ['open', 'part_paid'] as const;

/**
 * Invoices that fit the filter, newest first; what is asked for by its due day, the latest day first. The search looks at
 * their own words and those of their customers.
 */
export async function listInvoices(
  db: Db,
  filter: InvoiceFilter,
  before?: string | undefined,
): Promise<KeysetPage<InvoiceRow>> {
  const last = isId(before, 'inv') ? before : undefined;
  const rows = asksForOwed(filter) ? await owedPage(db, filter, last) : await newestPage(db, filter, last);
  return keysetPage(
    rows.map((row) => ({
      id: row.id,
      number: row.number,
      customerId: row.customer_id,
      customerName: row.name,
      currency: row.currency,
      totalMinor: row.total_minor,
      dueMinor: dueOf(row.state, row.total_minor, row.paid_minor),
      dueOn: row.due_on,
      state: row.state,
    })),
  );
}

async function newestPage(db: Db, filter: InvoiceFilter, before: string | undefined) {
  const { query } = await fitting(db, filter);
  const from = before ? query.where('payable.id', '<', before) : query;
  return from
    .orderBy('payable.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
}

/** Each state in the order of its own index, so that neither what is settled nor what is due on other days is read. */
async function owedPage(db: Db, filter: InvoiceFilter, before: string | undefined) {
  const { query } = await fitting(db, filter);
  const last = before
    ? await db.read.selectFrom('payable').select(['id', 'due_on']).where('id', '=', before).executeTakeFirst()
    : undefined;
  const from = last ? query.where(sql<boolean>`(payable.due_on, payable.id) < (${last.due_on}, ${last.id})`) : query;
  const each = await Promise.all(
    OWING_STATES.map((state) =>
      from
        .where('payable.state', '=', state)
        .orderBy('payable.due_on', 'desc')
        .orderBy('payable.id', 'desc')
        .limit(PAGE_SIZE + 1)
        .execute(),
    ),
  );
  const place = (row: { due_on: string; id: string }) => `${row.due_on} ${row.id}`;
  return each
    .flat()
    .sort((a, b) => (place(a) > place(b) ? -1 : 1))
    .slice(0, PAGE_SIZE + 1);
}

/** Those that fit the filter and on which something is owed, newest first, at most so many. */
export async function owedInvoiceIds(db: Db, filter: InvoiceFilter, most: number): Promise<string[]> {
  const { query } = await fitting(db, filter);
  const rows = await query
    .where('payable.state', 'in', [...OWING_STATES])
    .orderBy('payable.id', 'desc')
    .limit(most)
    .execute();
  return rows.map((row) => row.id);
}

async function fitting(db: Db, filter: InvoiceFilter) {
  const search = await weighSearch(db, filter.search, FOUND_BY);
  let query = db.read
    .selectFrom('payable')
    .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
    .innerJoin('customer', 'customer.id', 'payable.customer_id')
    .select(['payable.id', 'payable.number', 'payable.customer_id', 'customer.name', 'payable.currency'])
    .select(['payable.total_minor', 'payable.state', 'payable.due_on', paidMinorColumn.as('paid_minor')])
    .$narrowType<{ due_on: NotNull }>()
    .where('payable.kind', '=', 'invoice')
    .where(meets(search, 'payable.id'));
  if (filter.state) query = query.where('payable.state', '=', filter.state as PayableState);
  if (filter.currency) query = query.where('payable.currency', '=', filter.currency);
  if (filter.customerId) query = query.where('payable.customer_id', '=', filter.customerId);
  if (filter.overdueOn) query = query.where('payable.due_on', '<', filter.overdueOn);
  if (filter.dueDays.first) query = query.where('payable.due_on', '>=', filter.dueDays.first);
  if (filter.dueDays.last) query = query.where('payable.due_on', '<=', filter.dueDays.last);
  // Within an object: a query that is awaited would be carried out.
  return { query };
}

/** The currencies that invoices or deposits are in, for a filter: one step of the index for each. */
export async function currenciesOf(db: Db, kind: 'invoice' | 'deposit'): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.read
      .selectFrom('payable')
      .select('currency')
      .where('kind', '=', kind)
      .where('currency', '>', found.at(-1) ?? '')
      .orderBy('currency')
      .limit(1)
      .executeTakeFirst();
    if (!row) return found;
    found.push(row.currency);
  }
}
