import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';

/** A deposit set against an invoice. Sums in whole minor units of their currency. */
export interface Application {
  id: string;
  depositId: string;
  depositNumber: string;
  invoiceId: string;
  invoiceNumber: string;
  currency: string;
  amountMinor: number;
  appliedAt: string;
  /** Nobody's name where the portal did it by itself. */
  appliedBy: string | undefined;
  /** When it was taken back, if it was. */
  unappliedAt: string | undefined;
  unappliedBy: string | undefined;
}

const MOST = 200;

/** What was applied out of a deposit, or to an invoice: the newest first, at most 200, also what was taken back. */
export async function applicationsOf(
  db: Db,
  of: { depositId: string } | { invoiceId: string },
): Promise<Application[]> {
  let query = db.read
    .selectFrom('allocation')
    .innerJoin('payable as deposit', 'deposit.id', 'allocation.deposit_id')
    .innerJoin('payable as invoice', 'invoice.id', 'allocation.payable_id')
    .leftJoin('person', 'person.id', 'allocation.created_by')
    .leftJoin('allocation as reversal', (join) =>
      join.onRef('reversal.reverses', '=', 'allocation.id').on(sql<boolean>`reversal.deposit_id is not null`),
    )
    .leftJoin('person as reverser', 'reverser.id', 'reversal.created_by')
    .select(['allocation.id', 'allocation.amount_minor', 'allocation.created_at', 'person.name'])
    .select(['deposit.id as deposit_id', 'deposit.number as deposit_number', 'deposit.currency'])
    .select(['invoice.id as invoice_id', 'invoice.number as invoice_number'])
    .select(['reversal.created_at as reversed_at', 'reverser.name as reverser_name'])
    .where('allocation.reverses', 'is', null);
  query =
    'depositId' in of
      ? query.where('allocation.deposit_id', '=', of.depositId)
      : query.where('allocation.payable_id', '=', of.invoiceId);
  const rows = await query.orderBy('allocation.id', 'desc').limit(MOST).execute();
  return rows.map((row) => ({
    id: row.id,
    depositId: row.deposit_id,
    depositNumber: row.deposit_number,
    invoiceId: row.invoice_id,
    invoiceNumber: row.invoice_number,
    currency: row.currency,
    amountMinor: row.amount_minor,
    appliedAt: row.created_at,
    appliedBy: row.name ?? undefined,
    unappliedAt: row.reversed_at ?? undefined,
    unappliedBy: row.reverser_name ?? undefined,
  }));
}
