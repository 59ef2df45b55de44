import { sql } from 'kysely';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import { DISPUTE_STATES, type Dispute, type DisputeState } from './dispute.ts';
import { disputeOf } from './disputes.store.ts';

/** Which disputes a list shows. */
export const DISPUTE_TABS = { open: 'Open', decide: 'Lost, to decide', won: 'Won', lost: 'Lost', all: 'All' } as const;
export type DisputeTab = keyof typeof DISPUTE_TABS;

export interface ListedDispute {
  dispute: Dispute;
  customer: { id: string; name: string } | undefined;
  documents: string[];
}

export interface DisputePage {
  rows: ListedDispute[];
  /** What the next page begins after: a key of the list, of which the open ones have two parts. */
  next: string | undefined;
}

/** A page of disputes: the open ones with what is due soonest first, all others newest first. */
export async function listDisputes(db: Db, tab: DisputeTab, after: string | undefined): Promise<DisputePage> {
  let query = db.read
    .selectFrom('dispute')
    .leftJoin('customer', 'customer.id', 'dispute.customer_id')
    .selectAll('dispute')
    .select('customer.name as customer_name')
    .limit(PAGE_SIZE + 1);
  if (tab === 'open') {
    const [dueKey = '', id = ''] = (after ?? '').split('~');
    query = query.where('dispute.closed_at', 'is', null).orderBy('dispute.due_key').orderBy('dispute.id');
    if (after) query = query.where(sql<boolean>`(dispute.due_key, dispute.id) > (${dueKey}, ${id})`);
  } else {
    query = query.orderBy('dispute.id', 'desc');
    if (tab === 'won') query = query.where('dispute.state', '=', 'won');
    if (tab === 'lost') query = query.where('dispute.state', '=', 'lost');
    // Literals, as the index has them.
    if (tab === 'decide') query = query.where(sql<boolean>`dispute.state = 'lost' and dispute.decision is null`);
    if (after) query = query.where('dispute.id', '<', after);
  }
  const rows = await query.execute();
  const shown = rows.slice(0, PAGE_SIZE);
  const last = rows.length > PAGE_SIZE ? shown.at(-1) : undefined;
  const documents = await documentsOf(
    db,
    shown.map((row) => row.id),
  );
  return {
    rows: shown.map((row) => ({
      dispute: disputeOf(row),
      customer: row.customer_id ? { id: row.customer_id, name: row.customer_name ?? '' } : undefined,
      documents: documents.get(row.id) ?? [],
    })),
    next: last && (tab === 'open' ? `${last.due_key}~${last.id}` : last.id),
  };
}

async function documentsOf(db: Db, disputeIds: string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (disputeIds.length === 0) return found;
  const rows = await db.read
    .selectFrom('dispute_part')
    .innerJoin('payable', 'payable.id', 'dispute_part.payable_id')
    .select(['dispute_part.dispute_id', 'payable.number'])
    .where('dispute_part.dispute_id', 'in', disputeIds)
    .orderBy('payable.id')
    .execute();
  for (const row of rows) found.set(row.dispute_id, [...(found.get(row.dispute_id) ?? []), row.number]);
  return found;
}

export interface DisputeSums {
  state: DisputeState;
  count: number;
  sum: Money;
}

/** How many disputes there are in each state and currency, and what they come to. */
export async function sumDisputes(db: Db): Promise<DisputeSums[]> {
  const rows = await db.read
    .selectFrom('dispute')
    .select(['state', 'currency', ({ fn }) => fn.countAll<number>().as('count')])
    .select(({ fn }) => fn.sum<number>('amount_minor').as('sum_minor'))
    .groupBy(['state', 'currency'])
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({
    state: row.state,
    count: Number(row.count),
    sum: { amountMinor: Number(row.sum_minor), currency: row.currency },
  }));
}

export function isOpen(state: DisputeState): boolean {
  return !DISPUTE_STATES[state].over;
}
