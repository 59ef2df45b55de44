import { sql } from 'kysely';
import {
  appliedMinorColumn,
  balanceOf,
  disputedMinorColumn,
  readDepositBalance,
  refundedMinorColumn,
  refundingMinorColumn,
} from '../payables/deposit-balance.store.ts';
import { type DepositBalance, OPEN_DEPOSITS } from '../payables/deposit-balance.ts';
import { dueOf, type Payable, type PayableState } from '../payables/payable.ts';
import { paidMinorColumn, readPayables } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';
import { meets, type SearchWay, weighSearch } from '../platform/database/search-words.ts';
import { isId } from '../platform/ids.ts';
import { type KeysetPage, keysetPage, PAGE_SIZE } from '../platform/keyset.ts';
import { notFound } from '../platform/refusal.ts';
import type { DepositFilter } from './deposit-filter.ts';

const FOUND_BY: readonly SearchWay[] = [
  { kind: 'deposit' },
  { kind: 'customer', tie: ['payable.customer_id', 'payable.id'] },
];

/** A deposit with its live balance and what it is for. */
export interface Deposit {
  payable: Payable;
  balance: DepositBalance;
  customer: { id: string; number: string; name: string };
  orderReference: string;
  /** Whole minor units of the deposit's currency, where it is known. */
  orderTotalMinor: number | null;
  /** Of that total, in hundredths of a percent, where the sum was asked for so. */
  percentBasisPoints: number | null;
  note: string;
  createdAt: string;
}

/** Errors: 404 when there is none of that id. */
export async function readDeposit(db: Db, id: string): Promise<Deposit> {
  const [payable] = isId(id, 'dep') ? await readPayables(db, [id]) : [];
  if (!payable) throw notFound('deposit');
  const row = await db.read
    .selectFrom('payable')
    .innerJoin('deposit', 'deposit.payable_id', 'payable.id')
    .innerJoin('customer', 'customer.id', 'payable.customer_id')
    .select([
      'order_reference',
      'order_total_minor',
      'percent_basis_points',
      'note',
      'payable.created_at',
      'customer.number',
      'customer.name',
    ])
    .where('payable.id', '=', id)
    .executeTakeFirstOrThrow();
  return {
    payable,
    balance: await readDepositBalance(db, id),
    customer: { id: payable.customerId, number: row.number, name: row.name },
    orderReference: row.order_reference,
    orderTotalMinor: row.order_total_minor,
    percentBasisPoints: row.percent_basis_points,
    note: row.note,
    createdAt: row.created_at,
  };
}

export interface DepositRow {
  id: string;
  number: string;
  customerId: string;
  customerName: string;
  orderReference: string;
  currency: string;
  totalMinor: number;
  dueMinor: number;
  leftMinor: number;
  createdAt: string;
  state: PayableState;
}

/** Deposits that fit the filter, newest first; the search looks at their own words and those of their customers. */
export async function listDeposits(
  db: Db,
  filter: DepositFilter,
  before?: string | undefined,
): Promise<KeysetPage<DepositRow>> {
  let { query } = await fitting(db, filter);
  if (isId(before, 'dep')) query = query.where('payable.id', '<', before);
  const rows = await query
    .orderBy('payable.id', 'desc')
    .limit(PAGE_SIZE + 1)
    .execute();
  return keysetPage(
    rows.map((row) => ({
      id: row.id,
      number: row.number,
      customerId: row.customer_id,
      customerName: row.name,
      orderReference: row.order_reference,
      currency: row.currency,
      totalMinor: row.total_minor,
      dueMinor: dueOf(row.state, row.total_minor, row.paid_minor),
      leftMinor: balanceOf(row).leftMinor,
      createdAt: row.created_at,
      state: row.state,
    })),
  );
}

/** Those that fit the filter and were asked for but not paid, newest first, at most so many. */
export async function owedDepositIds(db: Db, filter: DepositFilter, most: number): Promise<string[]> {
  const { query } = await fitting(db, filter);
  const rows = await query.where('payable.state', '=', 'requested').orderBy('payable.id', 'desc').limit(most).execute();
  return rows.map((row) => row.id);
}

async function fitting(db: Db, filter: DepositFilter) {
  const search = await weighSearch(db, filter.search, FOUND_BY);
  let query = db.read
    .selectFrom('payable')
    .innerJoin('deposit', 'deposit.payable_id', 'payable.id')
    .innerJoin('customer', 'customer.id', 'payable.customer_id')
    .select(['payable.id', 'payable.number', 'payable.customer_id', 'customer.name', 'payable.currency'])
    .select(['payable.total_minor', 'payable.state', 'payable.created_at', 'deposit.order_reference'])
    .select([paidMinorColumn.as('paid_minor'), appliedMinorColumn.as('applied_minor')])
    .select([refundedMinorColumn.as('refunded_minor'), refundingMinorColumn.as('refunding_minor')])
    .select(disputedMinorColumn.as('disputed_minor'))
    .where('payable.kind', '=', 'deposit')
    .where(meets(search, 'payable.id'));
  if (filter.state) query = query.where('payable.state', '=', filter.state as PayableState);
  if (filter.currency) query = query.where('payable.currency', '=', filter.currency);
  if (filter.customerId) query = query.where('payable.customer_id', '=', filter.customerId);
  // Within an object: a query that is awaited would be carried out.
  return { query };
}

/** A customer's deposits for an order (as textKey compares it) that are neither used up nor void, the oldest first. */
export async function openDepositsFor(
  db: Db,
  customerId: string,
  orderKey: string,
): Promise<Array<{ id: string; number: string; currency: string; totalMinor: number; submissionId: string | null }>> {
  if (orderKey === '') return [];
  const rows = await db.read
    .selectFrom('deposit')
    .innerJoin('payable', 'payable.id', 'deposit.payable_id')
    .select(['payable.id', 'payable.number', 'payable.currency', 'payable.total_minor', 'deposit.submission_id'])
    .where('deposit.order_key', '=', orderKey)
    // A literal, as the index has it: a parameter would not be known to fit.
    .where(sql<boolean>`deposit.order_key <> ''`)
    .where('payable.customer_id', '=', customerId)
    .where('payable.state', 'in', OPEN_DEPOSITS)
    .orderBy('payable.id')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    currency: row.currency,
    totalMinor: row.total_minor,
    submissionId: row.submission_id,
  }));
}
