import { sql } from 'kysely';
import { readCompany } from '../company/company.store.ts';
import { OPEN_DEPOSITS } from '../payables/deposit-balance.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { textKey } from '../platform/text-key.ts';

/** An invoice that has come, and for which order of whom. */
interface ArrivedInvoice {
  id: string;
  customerId: string;
  currency: string;
  orderReference: string;
}

/**
 * Notes invoices for whose order the same customer has a deposit in the same currency, so that a job applies it;
 * again for one that has been told another order, and only where the company wants that. In the transaction that files
 * them: one read for all of them.
 */
export async function awaitDeposits(
  { db, clock }: { db: Db; clock: Clock },
  arrived: readonly ArrivedInvoice[],
): Promise<void> {
  const withOrder = arrived.filter((invoice) => invoice.orderReference !== '');
  if (withOrder.length === 0 || !(await readCompany(db)).autoApplyDeposits) return;
  const deposits = await db.q
    .selectFrom('deposit')
    .innerJoin('payable', 'payable.id', 'deposit.payable_id')
    .select(['deposit.order_key', 'payable.customer_id', 'payable.currency'])
    .where('deposit.order_key', 'in', [...new Set(withOrder.map((invoice) => textKey(invoice.orderReference)))])
    // A literal, as the index has it: a parameter would not be known to fit.
    .where(sql<boolean>`deposit.order_key <> ''`)
    .where('payable.state', 'in', OPEN_DEPOSITS)
    .execute();
  const wanted = new Set(deposits.map((row) => `${row.customer_id} ${row.currency} ${row.order_key}`));
  const matched = withOrder.filter((invoice) =>
    wanted.has(`${invoice.customerId} ${invoice.currency} ${textKey(invoice.orderReference)}`),
  );
  if (matched.length === 0) return;
  const now = nowIso(clock);
  await db.q
    .insertInto('deposit_match')
    .values(matched.map((invoice) => ({ invoice_id: invoice.id, noted_at: now, next_try_at: now })))
    // Told another order, it is looked at again; no pair of deposit and invoice is tried twice.
    .onConflict((clash) => clash.column('invoice_id').doUpdateSet({ next_try_at: now }))
    .execute();
}
