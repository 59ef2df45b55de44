import { type SelectQueryBuilder, sql } from 'kysely';
import { accountLabel } from '../accounts/account.ts';
import type { MovementMeaning } from '../gateway/gateway.ts';
import { type TransactionLine, transactionsOf } from '../ledger/transactions.store.ts';
import { documentsOf } from '../payments/payments-list.store.ts';
import type { Db } from '../platform/database/database.ts';
import type { Tables } from '../platform/database/tables.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import type { MovementState } from './movement.ts';
import type { Payout } from './payout.ts';

/** What the movements of a payout are grouped by; what carries no mark of ours stands apart. */
export const GROUPS = ['charge', 'refund', 'dispute', 'fee', 'other', 'payout', 'foreign'] as const;
export type Group = (typeof GROUPS)[number];

/** What one group comes to. Sums in whole minor units of the payout's currency. */
export interface GroupSum {
  group: Group;
  count: number;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
}

/** Written out, as the indexes of what is open have it. */
export const isOpen = sql<boolean>`gateway_movement.state <> 'matched'`;

const groupOf = sql<Group>`case when gateway_movement.state = 'foreign' then 'foreign' else gateway_movement.meaning end`;

/** The sums of a payout's groups, in the order in which they are shown; groups without movements are left out. */
export async function groupSums(db: Db, payoutId: string): Promise<GroupSum[]> {
  const rows = await db.read
    .selectFrom('gateway_movement')
    .select(groupOf.as('group_name'))
    .select(({ fn }) => [
      fn.countAll<number>().as('count'),
      fn.sum<number>('gross_minor').as('gross'),
      fn.sum<number>('fee_minor').as('fee'),
      fn.sum<number>('net_minor').as('net'),
    ])
    .where('payout_id', '=', payoutId)
    .groupBy(groupOf)
    .execute();
  return rows
    .map((row) => ({
      group: row.group_name,
      count: Number(row.count),
      grossMinor: Number(row.gross),
      feeMinor: Number(row.fee),
      netMinor: Number(row.net),
    }))
    .sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
}

/** How many movements of a payout are not matched, by what they are instead, and their net sum. */
export async function openInPayout(
  db: Db,
  payoutId: string,
): Promise<Array<{ state: MovementState; count: number; netMinor: number }>> {
  const rows = await db.read
    .selectFrom('gateway_movement')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count'), fn.sum<number>('net_minor').as('net')])
    .where('payout_id', '=', payoutId)
    .where(isOpen)
    .groupBy('state')
    .orderBy('state')
    .execute();
  return rows.map((row) => ({ state: row.state, count: Number(row.count), netMinor: Number(row.net) }));
}

export interface ListedMovement {
  id: string;
  accountName: string;
  gatewayRef: string;
  type: string;
  meaning: MovementMeaning;
  state: MovementState;
  sourceRef: string | undefined;
  paymentId: string | undefined;
  refundId: string | undefined;
  disputeId: string | undefined;
  payoutId: string | undefined;
  customerName: string | undefined;
  documents: string[];
  currency: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  description: string;
  createdAt: string;
}

/** The movements of one group of a payout, newest first, a page at a time. */
export async function movementsInGroup(
  db: Db,
  { payoutId, group, before }: { payoutId: string; group: Group; before?: string | undefined },
): Promise<KeysetPage<ListedMovement>> {
  const ofPayout = db.read.selectFrom('gateway_movement').where('payout_id', '=', payoutId);
  const query =
    group === 'foreign'
      ? ofPayout.where('gateway_movement.state', '=', 'foreign')
      : ofPayout.where('meaning', '=', group).where('gateway_movement.state', '<>', 'foreign');
  return pageOf(db, query, before);
}

/** What moved at gateways and is matched to nothing of ours, newest first, a page at a time. */
export async function listOpenMovements(
  db: Db,
  { state, before }: { state: MovementState | undefined; before: string | undefined },
): Promise<KeysetPage<ListedMovement>> {
  const all = db.read.selectFrom('gateway_movement').where(isOpen);
  return pageOf(db, state ? all.where('gateway_movement.state', '=', state) : all, before);
}

type MovementQuery = SelectQueryBuilder<Tables, 'gateway_movement', Record<never, never>>;

async function pageOf(db: Db, query: MovementQuery, before: string | undefined): Promise<KeysetPage<ListedMovement>> {
  const rows = await query
    .innerJoin('account', 'account.id', 'gateway_movement.account_id')
    .leftJoin('payment', 'payment.id', 'gateway_movement.payment_id')
    .leftJoin('customer', 'customer.id', 'payment.customer_id')
    .selectAll('gateway_movement')
    .select(['customer.name as customer_name', 'account.name as account_name', 'account.livemode'])
    .$if(before !== undefined, (page) => page.where('gateway_movement.id', '<', before as string))
    .orderBy('gateway_movement.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  const { rows: shown, olderThan } = keysetPage(rows);
  const documents = await documentsOf(
    db,
    shown.flatMap((row) => row.payment_id ?? []),
  );
  const refunded = await documentsOfRefunds(
    db,
    shown.flatMap((row) => row.refund_id ?? []),
  );
  return {
    olderThan,
    rows: shown.map((row) => ({
      id: row.id,
      accountName: accountLabel({ name: row.account_name, livemode: row.livemode === 1 }),
      gatewayRef: row.gateway_ref,
      type: row.type,
      meaning: row.meaning,
      state: row.state,
      sourceRef: row.source_ref ?? undefined,
      paymentId: row.payment_id ?? undefined,
      refundId: row.refund_id ?? undefined,
      disputeId: row.dispute_id ?? undefined,
      payoutId: row.payout_id ?? undefined,
      customerName: row.customer_name ?? undefined,
      documents: refunded.get(row.refund_id ?? '') ?? documents.get(row.payment_id ?? '') ?? [],
      currency: row.currency,
      grossMinor: row.gross_minor,
      feeMinor: row.fee_minor,
      netMinor: row.net_minor,
      description: row.description,
      createdAt: row.created_at,
    })),
  };
}

/** Of which documents refunds gave back: of a payment of several it may be one. Those not explained yet are left out. */
async function documentsOfRefunds(db: Db, refundIds: string[]): Promise<Map<string, string[]>> {
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

/** How the payout itself stands in the books: what went to the bank, and what came back. */
export async function booksOfPayout(
  db: Db,
  { accountId, gatewayRef }: Pick<Payout, 'accountId' | 'gatewayRef'>,
): Promise<TransactionLine[]> {
  const own = await db.read
    .selectFrom('gateway_movement')
    .select('id')
    .where('account_id', '=', accountId)
    .where('source_ref', '=', gatewayRef)
    .orderBy('id')
    .execute();
  return (await Promise.all(own.map(({ id }) => transactionsOf(db, id)))).flat();
}

/** The open cases about a payout. */
export async function casesOfPayout(db: Db, id: string): Promise<Array<{ id: string; kind: string; summary: string }>> {
  return db.read
    .selectFrom('case_file')
    .select(['id', 'kind', 'summary'])
    .where('subject_id', '=', id)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .execute();
}
