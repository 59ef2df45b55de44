import { SYSTEM } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { leasesOn } from '../payables/lease.ts';
import { type Clock, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import { applyDeposit } from './apply-deposit.ts';
import { openDepositsFor } from './deposits.store.ts';

const AT_ONCE = 50;

/**
 * While a card payment is under way on the invoice or on a deposit, nothing is touched. Most are over within the hour;
 * one that was handed to the customer to confirm may be open for three days.
 */
const WAIT_MS = MINUTE_MS;

type Parts = { db: Db; clock: Clock; log: Logger };

/**
 * Applies what is held for an order to invoices that have come for it, the oldest deposit first: what awaitDeposits
 * noted, and for as long as the company wants that. Each pair of deposit and invoice is tried once, so that what somebody
 * un-applied stays so. Gives how many invoices it looked at.
 */
export async function applyToNewInvoices(parts: Parts): Promise<number> {
  const { db, clock, log } = parts;
  if (!(await readCompany(db)).autoApplyDeposits) return 0;
  const due = await db.q
    .selectFrom('deposit_match')
    .select(['invoice_id', 'next_try_at'])
    .where('next_try_at', '<=', nowIso(clock))
    .orderBy('next_try_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    const claimed = await db.q
      .updateTable('deposit_match')
      .set({ next_try_at: laterIso(clock, WAIT_MS) })
      .where('invoice_id', '=', row.invoice_id)
      .where('next_try_at', '=', row.next_try_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    await applyAll(parts, row.invoice_id).catch((error) =>
      log.warn({ err: error, invoiceId: row.invoice_id }, 'deposits could not be applied; it is tried again'),
    );
  }
  return due.length;
}

async function applyAll(parts: Parts, invoiceId: string): Promise<void> {
  const { db } = parts;
  const invoice = await db.q
    .selectFrom('payable')
    .innerJoin('invoice', 'invoice.payable_id', 'payable.id')
    .select(['payable.customer_id', 'payable.currency', 'invoice.order_reference'])
    .where('payable.id', '=', invoiceId)
    .executeTakeFirstOrThrow();
  const deposits = (await openDepositsFor(db, invoice.customer_id, textKey(invoice.order_reference))).filter(
    (deposit) => deposit.currency === invoice.currency,
  );
  // What is being paid into a deposit just now may be held in a moment.
  const busy = await leasesOn(db, [invoiceId, ...deposits.map((deposit) => deposit.id)]);
  if (busy.length > 0) return;
  for (const deposit of deposits) {
    const submissionId = `order-${invoiceId}-${deposit.id}`;
    try {
      await applyDeposit(parts, { depositId: deposit.id, invoiceId, submissionId, actor: SYSTEM });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'being-paid') return;
    }
  }
  await db.q.updateTable('deposit_match').set({ next_try_at: null }).where('invoice_id', '=', invoiceId).execute();
}
