import { sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';

/** One line of an entry about something. Debits are positive, credits negative, in whole minor units. */
export interface TransactionLine {
  entryId: string;
  at: string;
  memo: string;
  ledgerAccount: string;
  currency: string;
  amountMinor: number;
}

/**
 * The lines of all entries about an invoice, a deposit or a payment, oldest first: its own, with those of its changes
 * (`id:version`), those of the payments that settled part of it, and those of its allocations.
 */
export async function transactionsOf(db: Db, subjectId: string): Promise<TransactionLine[]> {
  // One branch for each way in, so that each is a step of an index; `;` follows `:`.
  const found = sql<TransactionLine>`
    select entry.id as "entryId", entry.occurred_at as "at", entry.memo as "memo", line.ledger_account as "ledgerAccount",
           line.currency as "currency", line.amount_minor as "amountMinor"
      from (
        select id from journal_entry where subject_id = ${subjectId}
        union
        select id from journal_entry where subject_id > ${`${subjectId}:`} and subject_id < ${`${subjectId};`}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.payment_id
         where allocation.payable_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.payable_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.deposit_id = ${subjectId}
        union
        select journal_entry.id from allocation join journal_entry on journal_entry.subject_id = allocation.id
         where allocation.payment_id = ${subjectId}
        union
        select journal_entry.id from refund join journal_entry on journal_entry.subject_id = refund.id
         where refund.payable_id = ${subjectId}
        union
        select journal_entry.id from refund join journal_entry on journal_entry.subject_id = refund.id
         where refund.payment_id = ${subjectId}
        union
        select journal_entry.id from gateway_movement join journal_entry on journal_entry.subject_id = gateway_movement.id
         where gateway_movement.payment_id = ${subjectId}
      ) found
      join journal_entry entry on entry.id = found.id
      join journal_line line on line.entry_id = entry.id
     order by entry.id, line.position`;
  return (await found.execute(db.read)).rows;
}

export interface TransactionSubject {
  kind: 'invoice' | 'deposit' | 'payment';
  /** The number of an invoice or a deposit; empty for a payment. */
  number: string;
}

/** What is to be shown. Errors: 404 when there is nothing of that id. */
export async function readTransactionSubject(db: Db, id: string): Promise<TransactionSubject> {
  if (isId(id, 'pay')) {
    const payment = await db.read.selectFrom('payment').select('id').where('id', '=', id).executeTakeFirst();
    if (payment) return { kind: 'payment', number: '' };
  } else {
    const payable = await db.read
      .selectFrom('payable')
      .select(['kind', 'number'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (payable) return payable;
  }
  throw notFound('document');
}
