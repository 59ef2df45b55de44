import { accountLabel } from '../accounts/account.ts';
import type { Db } from '../platform/database/database.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { addDays, startOfDayIso } from '../platform/show-time.ts';
import { isOver, type RefundMethod, type RefundState } from './refund.ts';

/** What the list is narrowed to; undefined means any. */
export interface RefundFilter {
  state: RefundState | undefined;
  /** Only what was made at the gateway and nobody has explained. */
  unexplained: boolean;
  accountId: string | undefined;
  currency: string | undefined;
  /** The company's day on which it was ordered, yyyy-mm-dd. */
  day: string | undefined;
  before: string | undefined;
}

export interface ListedRefund {
  id: string;
  createdAt: string;
  customer: { id: string; name: string };
  /** The numbers of what it is of; none while nobody has said. */
  documents: string[];
  method: RefundMethod;
  card: { brand: string; last4: string } | undefined;
  accountName: string | undefined;
  currency: string;
  amountMinor: number;
  state: RefundState;
  failure: string;
  unexplained: boolean;
}

/** Refunds newest first, a page at a time. */
export async function listRefunds(db: Db, filter: RefundFilter, zone: string): Promise<KeysetPage<ListedRefund>> {
  let query = db.read
    .selectFrom('refund')
    .innerJoin('customer', 'customer.id', 'refund.customer_id')
    .leftJoin('payment', 'payment.id', 'refund.payment_id')
    .leftJoin('account', 'account.id', 'refund.account_id')
    .selectAll('refund')
    .select(['customer.name as customer_name', 'payment.card_brand', 'payment.card_last4'])
    .select(['account.name as account_name', 'account.livemode']);
  if (filter.state) query = query.where('refund.state', 'in', shownAs(filter.state));
  if (filter.unexplained) {
    query = query
      .where('refund.origin', '=', 'gateway')
      .where('refund.decided_at', 'is', null)
      .where('refund.state', 'not in', ['failed', 'cancelled']);
  }
  if (filter.accountId) query = query.where('refund.account_id', '=', filter.accountId);
  if (filter.currency) query = query.where('refund.currency', '=', filter.currency);
  if (filter.day) {
    query = query
      .where('refund.created_at', '>=', startOfDayIso(filter.day, zone))
      .where('refund.created_at', '<', startOfDayIso(addDays(filter.day, 1), zone));
  }
  if (filter.before) query = query.where('refund.id', '<', filter.before);
  const page = keysetPage(
    await query
      .orderBy('refund.id', 'desc')
      .limit(PAGE_SIZE + 1)
      .execute(),
  );
  const documents = await documentsOf(
    db,
    page.rows.map((row) => row.id),
  );
  return {
    olderThan: page.olderThan,
    rows: page.rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at,
      customer: { id: row.customer_id, name: row.customer_name },
      documents: documents.get(row.id) ?? [],
      method: row.method,
      card: row.card_brand ? { brand: row.card_brand, last4: row.card_last4 ?? '' } : undefined,
      accountName: row.account_name
        ? accountLabel({ name: row.account_name, livemode: row.livemode === 1 })
        : undefined,
      currency: row.currency,
      amountMinor: row.amount_minor,
      state: row.state,
      failure: row.failure ?? '',
      unexplained: row.origin === 'gateway' && row.decided_at === null && !isOver(row.state),
    })),
  };
}

/** "Being sent" is one state to people. */
function shownAs(state: RefundState): RefundState[] {
  return state === 'sent' ? ['reserved', 'sent'] : [state];
}

/** The numbers of the documents of each refund: refund id → numbers. */
async function documentsOf(db: Db, refundIds: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (refundIds.length === 0) return found;
  const rows = await db.read
    .selectFrom('refund_line')
    .innerJoin('payable', 'payable.id', 'refund_line.payable_id')
    .select(['refund_line.refund_id', 'payable.number'])
    .where('refund_line.refund_id', 'in', refundIds)
    .orderBy('payable.id')
    .execute();
  for (const row of rows) found.set(row.refund_id, [...(found.get(row.refund_id) ?? []), row.number]);
  return found;
}

/** The currencies in which anything was given back, for the choice above the list: one step of the index for each. */
export async function currenciesOfRefunds(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const row = await db.read
      .selectFrom('refund')
      .select('currency')
      .where('currency', '>', found.at(-1) ?? '')
      .orderBy('currency')
      .limit(1)
      .executeTakeFirst();
    if (!row) return found;
    found.push(row.currency);
  }
}
