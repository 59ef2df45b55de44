import type { NotNull } from 'kysely';
import {
  appliedMinorColumn,
  balanceOf,
  disputedMinorColumn,
  refundedMinorColumn,
  refundingMinorColumn,
} from '../payables/deposit-balance.store.ts';
import { OPEN_DEPOSITS } from '../payables/deposit-balance.ts';
import { dueOf } from '../payables/payable.ts';
import { paidMinorColumn } from '../payables/payables.store.ts';
import type { Db } from '../platform/database/database.ts';

/** What can be set against the invoice or the deposit in hand. Sums in whole minor units. */
export interface Applicable {
  id: string;
  number: string;
  orderReference: string;
  /** When an invoice is due; none of a deposit. */
  dueOn: string | undefined;
  /** What is left of a deposit, or due on an invoice. */
  amountMinor: number;
}

export const MOST_APPLICABLE = 100;

interface Whose {
  customerId: string;
  currency: string;
}

/** A customer's deposits in that currency of which something is left, the oldest first. */
export async function depositsLeft(db: Db, { customerId, currency }: Whose): Promise<Applicable[]> {
  const rows = await db.read
    .selectFrom('payable')
    .innerJoin('deposit', 'deposit.payable_id', 'payable.id')
    .select(['payable.id', 'payable.number', 'deposit.order_reference'])
    .select([paidMinorColumn.as('paid_minor'), appliedMinorColumn.as('applied_minor')])
    .select([refundedMinorColumn.as('refunded_minor'), refundingMinorColumn.as('refunding_minor')])
    .select(disputedMinorColumn.as('disputed_minor'))
    .where('payable.customer_id', '=', customerId)
    .where('payable.kind', '=', 'deposit')
    .where('payable.currency', '=', currency)
    .where('payable.state', 'in', OPEN_DEPOSITS)
    .orderBy('payable.id')
    .execute();
  return rows
    .map((row) => ({
      id: row.id,
      number: row.number,
      orderReference: row.order_reference,
      dueOn: undefined,
      amountMinor: balanceOf(row).leftMinor,
    }))
    .filter((row) => row.amountMinor > 0)
    .slice(0, MOST_APPLICABLE);
}

/** A customer's invoices in that currency on which something is due, what is due first before the rest. */
export async function invoicesDue(db: Db, { customerId, currency }: Whose): Promise<Applicable[]> {
  const rows = await db.read
    .selectFrom('payable')
    .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
    .select(['payable.id', 'payable.number', 'payable.state', 'payable.total_minor', paidMinorColumn.as('paid_minor')])
    .select(['payable.due_on', 'invoice.order_reference'])
    .where('payable.customer_id', '=', customerId)
    .where('payable.kind', '=', 'invoice')
    .where('payable.currency', '=', currency)
    .where('payable.state', 'in', ['open', 'part_paid'])
    .orderBy('payable.due_on')
    .orderBy('payable.id')
    .limit(MOST_APPLICABLE)
    .$narrowType<{ due_on: NotNull }>()
    .execute();
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    orderReference: row.order_reference,
    dueOn: row.due_on,
    amountMinor: dueOf(row.state, row.total_minor, row.paid_minor),
  }));
}
