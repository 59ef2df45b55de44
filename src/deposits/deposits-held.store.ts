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

interface HeldColumns {
  id: string;
  number: string;
  customer_id: string;
  customer_number: string;
  customer_name: string;
  order_reference: string;
  currency: string;
  held_minor: number;
}

/** Deposits by their ids: those after one, up to another. */
interface Range {
  after: string;
  upTo: string;
}

/**
 * What was held on each deposit just before a moment (ISO 8601), added up from movements dated as the journal dates
 * them, so that it comes to the balance of customer-deposits at that moment.
 */
function heldQuery(beforeIso: string, range?: Range) {
  const within = (column: string) =>
    range ? sql`and ${sql.ref(column)} > ${range.after} and ${sql.ref(column)} <= ${range.upTo}` : sql``;
  return sql<HeldColumns>`
    select payable.id, payable.number, payable.customer_id, customer.number as customer_number,
        customer.name as customer_name, deposit.order_reference, payable.currency, sum(movement.amount_minor) as held_minor
      from (
        select a.payable_id as deposit_id, a.amount_minor
          from payable p join allocation a on a.payable_id = p.id
          where p.kind = 'deposit' and a.payment_id is not null and ${beforeIso} > case
            when a.reverses is null then (select min(e.occurred_at) from journal_entry e where e.subject_id = a.payment_id)
            else a.created_at end ${within('p.id')}
        union all
        select a.deposit_id, -l.amount_minor
          from allocation a join journal_entry e on e.subject_id = a.id
          join journal_line l on l.entry_id = e.id and l.ledger_account = 'customer-deposits'
          where a.deposit_id is not null and e.occurred_at < ${beforeIso} ${within('a.deposit_id')}
        union all
        select r.payable_id, case when e.kind = 'refund-returned' then r.amount_minor else -r.amount_minor end
          from refund_line r join journal_entry e on e.subject_id = r.refund_id
          where r.outcome = 'deposit' and e.occurred_at < ${beforeIso} ${within('r.payable_id')}
            and exists (select 1 from journal_line l where l.entry_id = e.id and l.ledger_account = 'customer-deposits')
        union all
        select part.payable_id, -part.amount_minor
          from dispute_part part join payable p on p.id = part.payable_id and p.kind = 'deposit'
          join dispute d on d.id = part.dispute_id and d.decision is not null
          where d.decided_at < ${beforeIso} ${within('part.payable_id')}
      ) movement
      join payable on payable.id = movement.deposit_id
      join deposit on deposit.payable_id = payable.id
      join customer on customer.id = payable.customer_id
      group by payable.id, payable.number, payable.customer_id, customer.number, customer.name,
        deposit.order_reference, payable.currency
      having sum(movement.amount_minor) <> 0`;
}

/** What was held on each deposit just before a moment (ISO 8601), by customer, so many at most. */
export async function heldBefore(db: Db, beforeIso: string, most: number): Promise<HeldRow[]> {
  const held = sql<HeldColumns>`${heldQuery(beforeIso)} order by customer.name, payable.customer_id, payable.id limit ${most}`;
  return (await held.execute(db.read)).rows.map(heldRow);
}

/** The same of all deposits, oldest first, in pieces: no read is held open between them, and each is bounded. */
export async function* heldInPieces(db: Db, beforeIso: string, depositsPerRead = 500): AsyncGenerator<HeldRow[]> {
  for (let after = ''; ; ) {
    const deposits = await db.read
      .selectFrom('deposit')
      .select('payable_id')
      .where('payable_id', '>', after)
      .orderBy('payable_id')
      .limit(depositsPerRead)
      .execute();
    const upTo = deposits.at(-1)?.payable_id;
    if (!upTo) return;
    const held = sql<HeldColumns>`${heldQuery(beforeIso, { after, upTo })} order by payable.id`;
    yield (await held.execute(db.read)).rows.map(heldRow);
    after = upTo;
  }
}

/** On how many deposits something was held just before a moment, and how much, by currency. */
export async function totalsBefore(
  db: Db,
  beforeIso: string,
): Promise<Array<{ currency: string; deposits: number; heldMinor: number }>> {
  const { rows } = await sql<{ currency: string; deposits: number; held_minor: number }>`
    select held.currency, count(*) as deposits, sum(held.held_minor) as held_minor
      from (${heldQuery(beforeIso)}) held group by held.currency order by held.currency`.execute(db.read);
  return rows.map((row) => ({
    currency: row.currency,
    deposits: Number(row.deposits),
    heldMinor: Number(row.held_minor),
  }));
}

function heldRow(row: HeldColumns): HeldRow {
  return {
    depositId: row.id,
    number: row.number,
    customerId: row.customer_id,
    customerNumber: row.customer_number,
    customerName: row.customer_name,
    orderReference: row.order_reference,
    currency: row.currency,
    heldMinor: row.held_minor,
  };
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
