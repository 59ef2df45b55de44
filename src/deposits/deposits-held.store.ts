import { type RawBuilder, sql } from 'kysely';
import { balancesBefore } from '../ledger/balances.store.ts';
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

/**
 * What was held on each of these deposits just before a moment (ISO 8601), added up from movements dated as the journal
 * dates them, so that it comes to the balance of customer-deposits at that moment. `which` narrows the table `payable`.
 * `cross join` and `|| ''` keep SQLite, which has no statistics, from beginning with all movements or lines there are.
 */
function heldQuery(beforeIso: string, which: RawBuilder<unknown>) {
  const chosen = sql`(select payable.id from payable where payable.kind = 'deposit' and ${which}) chosen`;
  return sql<HeldColumns>`
    select payable.id, payable.number, payable.customer_id, customer.number as customer_number,
        customer.name as customer_name, deposit.order_reference, payable.currency, held.amount_minor as held_minor
      from (
        select deposit_id, sum(amount_minor) as amount_minor from (
          select chosen.id as deposit_id, a.amount_minor
            from ${chosen} cross join allocation a
            where a.payable_id = chosen.id and a.payment_id is not null and ${beforeIso} > case
              when a.reverses is null then (select min(e.occurred_at) from journal_entry e where e.about_id = a.payment_id)
              else a.created_at end
          union all
          select chosen.id, -l.amount_minor
            from ${chosen} cross join allocation a cross join journal_entry e cross join journal_line l
            where a.deposit_id = chosen.id and e.about_id = a.id and e.occurred_at < ${beforeIso}
              and l.entry_id = e.id and l.ledger_account || '' = 'customer-deposits'
          union all
          select chosen.id, case when e.kind = 'refund-returned' then r.amount_minor else -r.amount_minor end
            from ${chosen} cross join refund_line r cross join journal_entry e
            where r.payable_id = chosen.id and r.outcome = 'deposit' and e.about_id = r.refund_id and e.occurred_at < ${beforeIso}
              and exists (select 1 from journal_line l where l.entry_id = e.id and l.ledger_account || '' = 'customer-deposits')
          union all
          select chosen.id, -part.amount_minor
            from ${chosen} cross join dispute_part part cross join dispute d
            where part.payable_id = chosen.id and d.id = part.dispute_id and d.decision is not null
              and d.decided_at < ${beforeIso}
        ) movement group by deposit_id having sum(amount_minor) <> 0
      ) held
      cross join payable
      cross join deposit
      cross join customer
      where payable.id = held.deposit_id and deposit.payable_id = payable.id and customer.id = payable.customer_id`;
}

/** So many customers with deposits are looked at in one go. */
const CUSTOMERS_PER_READ = 3;

/** What was held on each deposit just before a moment (ISO 8601), by customer, so many at most. */
export async function heldBefore(db: Db, beforeIso: string, most: number): Promise<HeldRow[]> {
  const rows: HeldRow[] = [];
  for (let after = { name: '', id: '' }; rows.length < most; ) {
    const customers = await customersWithDeposits(db, after);
    const last = customers.at(-1);
    if (!last) break;
    const theirs = sql`payable.customer_id in (${sql.join(customers.map((customer) => customer.id))})`;
    const held = sql<HeldColumns>`${heldQuery(beforeIso, theirs)} order by customer.name, payable.customer_id, payable.id`;
    rows.push(...(await held.execute(db.read)).rows.map(heldRow));
    after = last;
  }
  return rows.slice(0, most);
}

/** The next customers by name who ever had a deposit. */
async function customersWithDeposits(db: Db, { name, id }: { name: string; id: string }) {
  return db.read
    .selectFrom('customer')
    .select(['name', 'id'])
    .where(sql<boolean>`(customer.name, customer.id) > (${name}, ${id})`)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('payable')
          .select('payable.id')
          .whereRef('payable.customer_id', '=', 'customer.id')
          .where('payable.kind', '=', 'deposit'),
      ),
    )
    .orderBy('name')
    .orderBy('id')
    .limit(CUSTOMERS_PER_READ)
    .execute();
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
    const these = sql`payable.id > ${after} and payable.id <= ${upTo}`;
    const held = sql<HeldColumns>`${heldQuery(beforeIso, these)} order by payable.id`;
    yield (await held.execute(db.read)).rows.map(heldRow);
    after = upTo;
  }
}

/** Up to so many deposits, what is held on each is added up; beyond, the page leaves it to the check of the books. */
const ADDED_UP_MOST = 1000;

/**
 * On how many deposits something was held just before a moment, and how much, by currency; undefined where there are more
 * deposits than a page may add up.
 */
export async function totalsBefore(
  db: Db,
  beforeIso: string,
): Promise<Array<{ currency: string; deposits: number; heldMinor: number }> | undefined> {
  const some = await db.read
    .selectFrom('deposit')
    .select('payable_id')
    .limit(ADDED_UP_MOST + 1)
    .execute();
  if (some.length > ADDED_UP_MOST) return undefined;
  const { rows } = await sql<{ currency: string; deposits: number; held_minor: number }>`
    select held.currency, count(*) as deposits, sum(held.held_minor) as held_minor
      from (${heldQuery(beforeIso, sql`true`)}) held group by held.currency order by held.currency`.execute(db.read);
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
  const balances = await balancesBefore(db, beforeIso, { ledgerAccount: 'customer-deposits' });
  return new Map(balances.map(({ currency, balanceMinor }) => [currency, 0 - balanceMinor]));
}
