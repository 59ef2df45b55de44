import { sql } from 'kysely';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** At most so many are named of each; the rest is counted. */
const MOST_NAMED = 100;

/** A link through which money can come to an account now. */
export interface OpenLink {
  id: string;
  kind: 'pay' | 'save_card';
  customerName: string;
  /** Numbers of the invoices and deposits that it is for. */
  documents: string[];
  dueMinor: number;
  currency: string;
  expiresAt: string;
}

/** A payment that may still become paid in an account. */
export interface OpenPayment {
  id: string;
  customerName: string;
  documents: string[];
  amountMinor: number;
  currency: string;
  createdAt: string;
}

export interface AccountUse {
  links: OpenLink[];
  linkCount: number;
  payments: OpenPayment[];
  paymentCount: number;
}

/** What goes to an account now: its usable links, those that expire first before others, and its live payments. */
export async function readAccountUse({ db, clock }: { db: Db; clock: Clock }, accountId: string): Promise<AccountUse> {
  const now = nowIso(clock);
  const [links, linkCount, payments] = await Promise.all([
    openLinks(db, accountId, now),
    countOpenLinks(db, accountId, now),
    openPayments(db, accountId),
  ]);
  return { links, linkCount, payments: payments.slice(0, MOST_NAMED), paymentCount: payments.length };
}

/** A link for which nothing is due any more is not among them, even where no deed has ended it yet. */
function usableLinks(db: Db, accountId: string, now: string) {
  return db.read
    .selectFrom('link')
    .where('link.account_id', '=', accountId)
    .where('link.ended_as', 'is', null)
    .where('link.expires_at', '>', now)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        // Links for keeping a card are for no document.
        eb('link.kind', '=', 'save_card'),
        exists(
          selectFrom('link_payable')
            .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
            .select('payable.id')
            .whereRef('link_payable.link_id', '=', 'link.id')
            .where('payable.state', 'in', ['open', 'part_paid', 'requested']),
        ),
      ]),
    );
}

async function countOpenLinks(db: Db, accountId: string, now: string): Promise<number> {
  const { count } = await usableLinks(db, accountId, now)
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function openLinks(db: Db, accountId: string, now: string): Promise<OpenLink[]> {
  const rows = await usableLinks(db, accountId, now)
    .innerJoin('customer', 'customer.id', 'link.customer_id')
    .select(['link.id', 'link.kind', 'link.currency', 'link.expires_at', 'customer.name'])
    .orderBy('link.expires_at')
    .orderBy('link.id')
    .limit(MOST_NAMED)
    .execute();
  const documents = await documentsOf(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const ours = documents.filter((document) => document.linkId === row.id);
    return {
      id: row.id,
      kind: row.kind,
      customerName: row.name,
      documents: ours.map(({ number }) => number),
      dueMinor: ours.reduce((sum, { dueMinor }) => sum + dueMinor, 0),
      currency: row.currency,
      expiresAt: row.expires_at,
    };
  });
}

/** What links are for, in their order, with what is due on it. */
async function documentsOf(db: Db, linkIds: string[]) {
  if (linkIds.length === 0) return [];
  const rows = await db.read
    .selectFrom('link_payable')
    .innerJoin('payable', 'payable.id', 'link_payable.payable_id')
    .select(['link_payable.link_id', 'payable.number'])
    .select(
      sql<number>`case when payable.state = 'void' then 0 else payable.total_minor - (select coalesce(sum(a.amount_minor), 0) from allocation a where a.payable_id = payable.id) end`.as(
        'due_minor',
      ),
    )
    .where('link_payable.link_id', 'in', linkIds)
    .orderBy('link_payable.link_id')
    .orderBy('link_payable.position')
    .execute();
  return rows.map((row) => ({ linkId: row.link_id, number: row.number, dueMinor: row.due_minor }));
}

async function openPayments(db: Db, accountId: string): Promise<OpenPayment[]> {
  const rows = await db.read
    .selectFrom('payment')
    .innerJoin('customer', 'customer.id', 'payment.customer_id')
    .leftJoin('payment_payable', 'payment_payable.payment_id', 'payment.id')
    .leftJoin('payable', 'payable.id', 'payment_payable.payable_id')
    .select(['payment.id', 'payment.currency', 'payment.amount_minor', 'payment.created_at'])
    .select(['customer.name', 'payable.number'])
    .where('payment.account_id', '=', accountId)
    // The states from which a payment may still become paid: few rows, found by the index on the state.
    .where('payment.state', 'in', ['ready', 'confirming', 'challenged', 'processing'])
    .orderBy('payment.id')
    .execute();
  const found = new Map<string, OpenPayment>();
  for (const row of rows) {
    const payment: OpenPayment = found.get(row.id) ?? {
      id: row.id,
      customerName: row.name,
      documents: [],
      amountMinor: row.amount_minor,
      currency: row.currency,
      createdAt: row.created_at,
    };
    if (row.number !== null) payment.documents.push(row.number);
    found.set(row.id, payment);
  }
  return [...found.values()];
}
