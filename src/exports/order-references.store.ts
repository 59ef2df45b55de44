import type { Db } from '../platform/database/database.ts';

/** The order references of invoices and deposits, by their ids; empty where there is none. */
export async function orderReferences(db: Db, payableIds: readonly string[]): Promise<Map<string, string>> {
  if (payableIds.length === 0) return new Map();
  const rows = await db.read
    .selectFrom('payable')
    .leftJoin('invoice', 'invoice.payable_id', 'payable.id')
    .leftJoin('deposit', 'deposit.payable_id', 'payable.id')
    .select(['payable.id', 'invoice.order_reference as of_invoice', 'deposit.order_reference as of_deposit'])
    .where('payable.id', 'in', payableIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.of_invoice ?? row.of_deposit ?? '']));
}
