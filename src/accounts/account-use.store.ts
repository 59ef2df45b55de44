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
  const [links, payments] = await Promise.all([openLinks(db, accountId, nowIso(clock)), openPayments(db, accountId)]);
  return {
    links: links.slice(0, MOST_NAMED),
    linkCount: links.length,
    payments: payments.slice(0, MOST_NAMED),
    paymentCount: payments.length,
  };
}

/** A link for which nothing is due any more is not among them, even where no deed has ended it yet. */
async function openLinks(db: Db, accountId: string, now: string): Promise<OpenLink[]> {
  const rows = await db.read
    .selectFrom('link')
    .innerJoin('customer', 'customer.id', 'link.customer_id')
    // Links for keeping a card are for no document.
    .leftJoin('link_payable', 'link_payable.link_id', 'link.id')
    .leftJoin('payable', 'payable.id', 'link_payable.payable_id')
    .select(['link.id', 'link.kind', 'link.currency', 'link.expires_at', 'customer.name', 'payable.number'])
    .select(
      sql<
        number | null
      >`case when payable.state = 'void' then 0 else payable.total_minor - (select coalesce(sum(a.amount_minor), 0) from allocation a where a.payable_id = payable.id) end`.as(
        'due_minor',
      ),
    )
    .where('link.account_id', '=', accountId)
    .where('link.ended_as', 'is', null)
    .where('link.expires_at', '>', now)
    .orderBy('link.expires_at')
    .orderBy('link.id')
    .orderBy('link_payable.position')
    .execute();
  const found = new Map<string, OpenLink>();
  for (const row of rows) {
    const link: OpenLink = found.get(row.id) ?? {
      id: row.id,
      kind: row.kind,
      customerName: row.name,
      documents: [],
      dueMinor: 0,
      currency: row.currency,
      expiresAt: row.expires_at,
    };
    if (row.number !== null) link.documents.push(row.number);
    link.dueMinor += row.due_minor ?? 0;
    found.set(row.id, link);
  }
  return [...found.values()].filter((link) => link.kind === 'save_card' || link.dueMinor > 0);
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
