import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { type DepositBalance, depositBalance } from './deposit-balance.ts';
import { paidMinorColumn } from './payables.store.ts';

/** What was set against invoices out of a deposit, as a column of any query that has the payable table in it. */
export const appliedMinorColumn = sql<number>`(select coalesce(sum(a.amount_minor), 0) from allocation a where a.deposit_id = payable.id)`;
/** What was given back out of a deposit, or lost in a dispute, likewise. `|| ''` keeps SQLite from beginning with all refunds. */
export const refundedMinorColumn = sql<number>`((select coalesce(sum(l.amount_minor), 0) from refund_line l join refund r on r.id = l.refund_id where l.payable_id = payable.id and r.state || '' = 'succeeded')
  + (select coalesce(sum(p.amount_minor), 0) from dispute_part p join dispute d on d.id = p.dispute_id where p.payable_id = payable.id and d.decision is not null))`;
/** What is on its way back, likewise. */
export const refundingMinorColumn = sql<number>`(select coalesce(sum(l.amount_minor), 0) from refund_line l join refund r on r.id = l.refund_id where l.payable_id = payable.id and r.state || '' in ('waiting', 'reserved', 'sent', 'pending'))`;
/** What is disputed and not decided, likewise. */
export const disputedMinorColumn = sql<number>`(select coalesce(sum(p.amount_minor), 0) from dispute_part p join dispute d on d.id = p.dispute_id where p.payable_id = payable.id and d.holds_money = 1 and d.decision is null)`;

/** The balances of these deposits by id, as the transaction one stands in sees them. */
export async function depositBalances(db: Db, ids: readonly string[]): Promise<Map<string, DepositBalance>> {
  if (ids.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('payable')
    .select(['id', paidMinorColumn.as('paid_minor'), appliedMinorColumn.as('applied_minor')])
    .select([refundedMinorColumn.as('refunded_minor'), refundingMinorColumn.as('refunding_minor')])
    .select(disputedMinorColumn.as('disputed_minor'))
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, balanceOf(row)]));
}

/** The balance of one deposit, which exists. */
export async function readDepositBalance(db: Db, id: string): Promise<DepositBalance> {
  return (await depositBalances(db, [id])).get(id) as DepositBalance;
}

/** The columns above as a balance. */
export function balanceOf(row: {
  paid_minor: number;
  applied_minor: number;
  refunded_minor: number;
  refunding_minor: number;
  disputed_minor: number;
}): DepositBalance {
  return depositBalance({
    paidMinor: row.paid_minor,
    appliedMinor: row.applied_minor,
    refundedMinor: row.refunded_minor,
    refundingMinor: row.refunding_minor,
    disputedMinor: row.disputed_minor,
  });
}
