import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { GONE_STATES } from '../refunds/refund.ts';

/** What a question of a check finds. */
export async function rowsOf(db: Db, query: ReturnType<typeof sql>): Promise<Array<Record<string, unknown>>> {
  return (await query.execute(db.read)).rows as Array<Record<string, unknown>>;
}

/** How many rows there are to look at. */
export async function count(
  db: Db,
  table:
    | 'journal_entry'
    | 'payment'
    | 'payable'
    | 'receipt'
    | 'letter'
    | 'lease'
    | 'allocation'
    | 'refund'
    | 'dispute'
    | 'credit_note'
    | 'refund_line'
    | 'refund_receipt'
    | 'saved_card'
    | 'attempt'
    | 'gateway_movement'
    | 'payout',
): Promise<number> {
  const row = await db.read
    .selectFrom(table)
    .select((q) => q.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** Of a deposit of which nothing was applied or refunded. */
export const NOTHING_TAKEN = { appliedMinor: 0, refundedMinor: 0, refundingMinor: 0, disputedMinor: 0 };

/** What was taken out of each deposit of which something was. */
export async function takenOfDeposits(db: Db): Promise<Map<string, typeof NOTHING_TAKEN>> {
  const rows = await rowsOf(
    db,
    sql`select id, sum(applied) as applied, sum(refunded) as refunded, sum(refunding) as refunding from (
          select deposit_id as id, amount_minor as applied, 0 as refunded, 0 as refunding from allocation where deposit_id is not null
          union all
          select part.payable_id, 0, part.amount_minor, 0 from dispute_part part
            join dispute on dispute.id = part.dispute_id and dispute.decision is not null
            join payable on payable.id = part.payable_id and payable.kind = 'deposit'
          union all
          select line.payable_id, 0, case when refund.state = 'succeeded' then line.amount_minor else 0 end, case when refund.state = 'succeeded' then 0 else line.amount_minor end
            from refund_line line join refund on refund.id = line.refund_id
            where line.outcome = 'deposit' and refund.state in (${sql.join(GONE_STATES)})
        ) taken group by id`,
  );
  return new Map(
    rows.map((row) => [
      row.id as string,
      {
        appliedMinor: Number(row.applied),
        refundedMinor: Number(row.refunded),
        refundingMinor: Number(row.refunding),
        disputedMinor: 0,
      },
    ]),
  );
}
