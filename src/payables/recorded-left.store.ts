import type { Db } from '../platform/database/database.ts';

/**
 * What staff recorded into a deposit, less what goes or went back of that by hand, also where no payment was named: the
 * rest of the deposit was paid by card and goes back to the card. Of one refund that is looked at itself, `without` names
 * it. Whole minor units; certain while the deposit is locked.
 */
export async function recordedLeftOfDeposit(db: Db, depositId: string, without = ''): Promise<number> {
  const paid = await db.read
    .selectFrom('allocation')
    .innerJoin('payment', 'payment.id', 'allocation.payment_id')
    .select('allocation.amount_minor')
    .where('allocation.payable_id', '=', depositId)
    .where('payment.method', '<>', 'card')
    .execute();
  const gone = await db.read
    .selectFrom('refund_line')
    .innerJoin('refund', 'refund.id', 'refund_line.refund_id')
    .leftJoin('payment', 'payment.id', 'refund.payment_id')
    .select('refund_line.amount_minor')
    .where('refund_line.payable_id', '=', depositId)
    .where('refund.state', 'not in', ['failed', 'cancelled', 'declined', 'withdrawn'])
    .where('refund.id', '!=', without)
    .where(({ or, eb }) => or([eb('payment.id', 'is', null), eb('payment.method', '<>', 'card')]))
    .execute();
  return sumOf(paid) - sumOf(gone);
}

function sumOf(rows: ReadonlyArray<{ amount_minor: number }>): number {
  return rows.reduce((sum, row) => sum + row.amount_minor, 0);
}
