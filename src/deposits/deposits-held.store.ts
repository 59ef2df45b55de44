import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/** What is held on one deposit at a moment. Sums in whole minor units. */
export interface HeldRow {
  depositId: string;
  number: string;
  customerId: string;
  customerNumber: string;
  customerName: string;
  orderReference: string;
  currency: string;
  heldMinor: number;
}

/**
 * What was held on each deposit just before a moment (ISO 8601), by customer: added up from movements dated as the
 * journal dates them, so that it comes to the balance of customer-deposits at that moment.
 */
export async function heldBefore(db: Db, beforeIso: string): Promise<HeldRow[]> {
  const { rows } = await sql<{
    id: string;
    number: string;
    customer_id: string;
    customer_number: string;
    customer_name: string;
    order_reference: string;
    currency: string;
    held_minor: number;
  }>`
    select payable.id, payable.number, payable.customer_id, customer.number as customer_number,
        customer.name as customer_name, deposit.order_reference, payable.currency, sum(movement.amount_minor) as held_minor
      from (
        select a.payable_id as deposit_id, a.amount_minor
          from payable p join allocation a on a.payable_id = p.id
          where p.kind = 'deposit' and a.payment_id is not null and ${beforeIso} > case
            when a.reverses is null then (select min(e.occurred_at) from journal_entry e where e.subject_id = a.payment_id)
            else a.created_at end
        union all
        select a.deposit_id, -l.amount_minor
          from allocation a join journal_entry e on e.subject_id = a.id
          join journal_line l on l.entry_id = e.id and l.ledger_account = 'customer-deposits'
          where a.deposit_id is not null and e.occurred_at < ${beforeIso}
        union all
        select r.payable_id, -l.amount_minor
          from refund r join journal_entry e on e.subject_id = r.id
          join journal_line l on l.entry_id = e.id and l.ledger_account = 'customer-deposits'
          where r.payable_id is not null and e.occurred_at < ${beforeIso}
      ) movement
      join payable on payable.id = movement.deposit_id
      join deposit on deposit.payable_id = payable.id
      join customer on customer.id = payable.customer_id
      group by payable.id, payable.number, payable.customer_id, customer.number, customer.name,
        deposit.order_reference, payable.currency
      having sum(movement.amount_minor) <> 0
      order by customer.name, payable.customer_id, payable.id`.execute(db.read);
  return rows.map((row) => ({
    depositId: row.id,
    number: row.number,
    customerId: row.customer_id,
    customerNumber: row.customer_number,
    customerName: row.customer_name,
    orderReference: row.order_reference,
    currency: row.currency,
    heldMinor: row.held_minor,
  }));
}

/** The journal's balance of customer-deposits just before a moment, by currency: what we then owed, in minor units. */
export async function bookedBefore(db: Db, beforeIso: string): Promise<Map<string, number>> {
  const rows = await db.read
    .selectFrom('journal_line')
    .innerJoin('journal_entry', 'journal_entry.id', 'journal_line.entry_id')
    .select(['journal_line.currency', ({ fn }) => fn.sum<number>('journal_line.amount_minor').as('debit_minor')])
    .where('journal_line.ledger_account', '=', 'customer-deposits')
    .where('journal_entry.occurred_at', '<', beforeIso)
    .groupBy('journal_line.currency')
    .orderBy('journal_line.currency')
    .execute();
  return new Map(rows.map((row) => [row.currency, 0 - row.debit_minor]));
}
