import { sql } from 'kysely';
import { OWING_STATES } from '../invoices/invoices.store.ts';
import { paidMinorColumn } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';

type OwingState = (typeof OWING_STATES)[number];

/**
 * When a link for a payable was last mailed (a letter that waits or was accepted), as a column of any query that has
 * the payable table in it. One inside the other, so that no engine begins with all letters, whatever it knows of them.
 */
export const linkSentAtColumn = sql<string | null>`(
  select max((select max(l.created_at) from letter l
    where l.link_id = lp.link_id and l.kind = 'link' and l.state in ('queued', 'accepted')))
  from link_payable lp where lp.payable_id = payable.id)`;

/**
 * Owed invoices whose link was mailed and which are due on a day or before, by id after the one given; both states by
 * their own index, so that paid ones are never read.
 */
export async function owedInvoices(
  db: Db,
  { dueBy, after, limit }: { dueBy: string; after: string; limit: number },
): Promise<Array<{ id: string; customerId: string }>> {
  const each = await Promise.all(
    OWING_STATES.map((state) =>
      db.read
        .selectFrom('payable')
        .select(['payable.id', 'payable.customer_id'])
        .where('payable.kind', '=', 'invoice')
        .where('payable.state', '=', state)
        .where('payable.id', '>', after)
        .where('payable.due_on', '<=', dueBy)
        .where(linkSentAtColumn, 'is not', null)
        .orderBy('payable.id')
        .limit(limit)
        .execute(),
    ),
  );
  return each
    .flat()
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map((row) => ({ id: row.id, customerId: row.customer_id }));
}

/** The owed invoices of one customer that are due on a day or before, oldest first, at most 200. */
export async function owedBy(db: Db, customerId: string, dueBy: string): Promise<string[]> {
  const rows = await db.read
    .selectFrom('payable')
    .select('payable.id')
    .where('payable.customer_id', '=', customerId)
    .where('payable.kind', '=', 'invoice')
    .where('payable.state', 'in', [...OWING_STATES])
    .where('payable.due_on', '<=', dueBy)
    .orderBy('payable.due_on')
    .orderBy('payable.id')
    .limit(200)
    .execute();
  return rows.map((row) => row.id);
}

/** What the backlog is counted from: see isBacklog. */
export interface BacklogBounds {
  since: string;
  /** The day of `since` in the company's zone. */
  sinceDay: string;
}

function backlogQuery(db: Db, { since, sinceDay }: BacklogBounds, state: OwingState) {
  return db.read
    .selectFrom('payable')
    .where('payable.kind', '=', 'invoice')
    .where('payable.state', '=', state)
    .where(linkSentAtColumn, 'is not', null)
    .where((where) => where.or([where('payable.due_on', '<', sinceDay), where(linkSentAtColumn, '<', since)]));
}

/** How many invoices the backlog holds, and what is due on them, by currency. */
export async function sumBacklog(
  db: Db,
  bounds: BacklogBounds,
): Promise<Array<{ currency: string; count: number; dueMinor: number }>> {
  const owed = (state: OwingState) =>
    backlogQuery(db, bounds, state)
      .select('payable.currency')
      .select(sql<number>`payable.total_minor - ${paidMinorColumn}`.as('due_minor'));
  const rows = await db.read
    .selectFrom(owed('open').unionAll(owed('part_paid')).as('owed'))
    .select(['currency'])
    .select((eb) => [eb.fn.countAll<number | string>().as('count'), eb.fn.sum<number | string>('due_minor').as('due')])
    .groupBy('currency')
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({ currency: row.currency, count: Number(row.count), dueMinor: Number(row.due) }));
}

/** The invoices of the backlog, newest first, a page at a time. */
export async function listBacklog(
  db: Db,
  bounds: BacklogBounds,
  before: string | undefined,
): Promise<KeysetPage<{ id: string }>> {
  const each = await Promise.all(
    OWING_STATES.map((state) => {
      const query = backlogQuery(db, bounds, state).select('payable.id').orderBy('payable.id', 'desc');
      return (before ? query.where('payable.id', '<', before) : query).limit(PAGE_SIZE + 1).execute();
    }),
  );
  const newestFirst = each.flat().sort((a, b) => (a.id > b.id ? -1 : 1));
  return keysetPage(newestFirst.slice(0, PAGE_SIZE + 1));
}

export interface ReminderRow {
  id: string;
  payableId: string;
  number: string;
  customer: { id: string; name: string };
  stepDay: number;
  createdAt: string;
  /** Undefined for a step that was skipped. */
  letter: { id: string; state: 'queued' | 'accepted' | 'refused' | 'failed' } | undefined;
}

/** What was sent and skipped, newest first, a page at a time. */
export async function listReminders(db: Db, before: string | undefined): Promise<KeysetPage<ReminderRow>> {
  let query = db.read
    .selectFrom('reminder')
    .innerJoin('payable', 'payable.id', 'reminder.payable_id')
    .innerJoin('customer', 'customer.id', 'reminder.customer_id')
    .leftJoin('letter', 'letter.id', 'reminder.letter_id')
    .select(['reminder.id', 'payable_id', 'payable.number', 'reminder.customer_id', 'customer.name', 'step_day'])
    .select(['reminder.created_at', 'letter.id as letter_id', 'letter.state as letter_state'])
    .orderBy('reminder.id', 'desc')
    .limit(PAGE_SIZE + 1);
  if (before) query = query.where('reminder.id', '<', before);
  const rows = await query.execute();
  return keysetPage(
    rows.map((row) => ({
      id: row.id,
      payableId: row.payable_id,
      number: row.number,
      customer: { id: row.customer_id, name: row.name },
      stepDay: row.step_day,
      createdAt: row.created_at,
      letter: row.letter_id && row.letter_state ? { id: row.letter_id, state: row.letter_state } : undefined,
    })),
  );
}

/** When the last reminder went out to a customer, or about an invoice (ISO UTC). */
export async function lastReminderAt(
  db: Db,
  whose: { customerId: string } | { payableId: string },
): Promise<string | undefined> {
  const query = db.read.selectFrom('reminder').select('created_at').where('state', '=', 'sent');
  const row = await ('customerId' in whose
    ? query.where('customer_id', '=', whose.customerId).orderBy('id', 'desc')
    : query.where('payable_id', '=', whose.payableId).orderBy('step_day', 'desc')
  ).executeTakeFirst();
  return row?.created_at;
}
