import { type Actor, recordAudit } from '../audit/record.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { plainAmount } from '../money/show-money.ts';
import { stateAfterAllocation } from '../payables/payable.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { replaceSearchWords } from '../platform/database/search-words.ts';
import { textKey } from '../platform/text-key.ts';
import { awaitDeposits } from './await-deposits.ts';
import { claimLines, findable, insertLines } from './create-invoice.ts';
import type { InvoiceDraft } from './invoice.ts';
import type { Invoice } from './invoices.store.ts';

/**
 * Writes a tidy draft without faults over an invoice and books what its total moved by, in the transaction one stands
 * in; the payable is locked and whoever calls has checked that it may change. Gives what changed, empty for nothing.
 * Errors: a number that another invoice has (unique index).
 */
export async function rewriteInvoice(
  parts: { db: Db; clock: Clock },
  { payable, draft: before }: Invoice,
  draft: InvoiceDraft,
  actor: Actor,
): Promise<Record<string, { from: string; to: string }>> {
  const { db, clock } = parts;
  const changes = changesOf(before, draft);
  if (Object.keys(changes).length === 0) return changes;

  const version = payable.version + 1;
  const moved = await db.q
    .updateTable('payable')
    .set({
      number: draft.number,
      number_key: textKey(draft.number),
      total_minor: draft.totalMinor,
      due_on: draft.dueOn,
      state: stateAfterAllocation('invoice', { ...payable, totalMinor: draft.totalMinor }),
      version,
      updated_at: nowIso(clock),
    })
    .where('id', '=', payable.id)
    .where('version', '=', payable.version)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new Error(`${payable.number} changed while it was being changed`);
  await db.q
    .updateTable('invoice')
    .set({
      issued_on: draft.issuedOn,
      order_reference: draft.orderReference,
      note: draft.note,
    })
    .where('payable_id', '=', payable.id)
    .execute();
  if (changes.lines) {
    await db.q.deleteFrom('invoice_line').where('payable_id', '=', payable.id).execute();
    await insertLines(db, payable.id, draft);
  }
  if (changes.number || changes.orderReference) {
    await replaceSearchWords(db, 'invoice', [findable(payable.id, draft)]);
  }
  if (changes.orderReference) await awaitDeposits(parts, [{ ...payable, orderReference: draft.orderReference }]);
  if (changes.total) {
    await postJournal(parts, {
      kind: 'invoice-changed',
      subjectKind: 'invoice',
      subjectId: `${payable.id}:${version}`,
      memo: `Invoice ${draft.number}, corrected from ${changes.total.from} to ${changes.total.to} ${draft.currency}`,
      lines: claimLines(draft.currency, draft.totalMinor - before.totalMinor),
    });
  }
  await recordAudit(parts, {
    actor,
    action: 'invoice.changed',
    subjectKind: 'invoice',
    subjectId: payable.id,
    detail: changes,
  });
  return changes;
}

function changesOf(before: InvoiceDraft, after: InvoiceDraft): Record<string, { from: string; to: string }> {
  const texts = (draft: InvoiceDraft): Record<string, string> => ({
    number: draft.number,
    total: plainAmount({ amountMinor: draft.totalMinor, currency: draft.currency }),
    issuedOn: draft.issuedOn,
    dueOn: draft.dueOn,
    orderReference: draft.orderReference,
    note: draft.note,
    lines: draft.lines
      .map(({ description, quantity, amountMinor }) =>
        [quantity, description, plainAmount({ amountMinor, currency: draft.currency })].filter(Boolean).join(' '),
      )
      .join('; '),
  });
  const [from, to] = [texts(before), texts(after)];
  const changes: Record<string, { from: string; to: string }> = {};
  for (const field of Object.keys(to)) {
    if (from[field] !== to[field]) changes[field] = { from: from[field] ?? '', to: to[field] ?? '' };
  }
  return changes;
}
