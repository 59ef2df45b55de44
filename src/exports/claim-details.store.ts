import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { Entry, MovementDetails } from './movement.ts';
import { orderReferences } from './order-references.store.ts';

/**
 * What is known of entries that move claims and no money: credit notes, deposits set against invoices, disputes that were
 * decided. By the ids of the entries.
 */
export async function claimDetails(db: Db, entries: readonly Entry[]): Promise<Map<string, MovementDetails>> {
  const ids = sql.join([...new Set(entries.map((entry) => entry.subjectId))]);
  const { rows } = await sql<ClaimColumns>`
    select subject.id as subject_id, subject.amount_minor, payable.id, payable.kind, payable.number,
           customer.number as customer_number, customer.name as customer_name
      from (select id, payable_id, amount_minor from allocation where id in (${ids})
            union all
            select id, deposit_id, amount_minor from allocation where id in (${ids}) and deposit_id is not null
            union all
            select dispute_id, payable_id, amount_minor from dispute_part where dispute_id in (${ids})) subject
      join payable on payable.id = subject.payable_id join customer on customer.id = payable.customer_id
     order by payable.id`.execute(db.read);
  const orders = await orderReferences(
    db,
    rows.map((row) => row.id),
  );
  return new Map(
    entries.map((entry) => {
      const own = rows.filter((row) => row.subject_id === entry.subjectId);
      const [first] = own;
      const details: MovementDetails = {
        customer: first && { number: first.customer_number, name: first.customer_name },
        documents: own.map((row) => ({
          ...{ type: row.kind, number: row.number, order: orders.get(row.id) ?? '' },
          amountMinor: Number(row.amount_minor),
        })),
      };
      return [entry.id, details];
    }),
  );
}

interface ClaimColumns {
  subject_id: string;
  amount_minor: number;
  id: string;
  kind: string;
  number: string;
  customer_number: string;
  customer_name: string;
}
