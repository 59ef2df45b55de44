import type { Actor } from '../audit/record.ts';
import { issueCreditNote } from '../invoices/issue-credit-note.ts';
import type { JournalLine } from '../ledger/journal.ts';
import { endSettledLinks } from '../links/end-settled-links.ts';
import { reopenClosedLinks } from '../links/reopen-closed-links.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { restatePayable } from '../payables/restate-payable.ts';
import { reverseAllocation } from '../payables/reverse-allocation.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import type { Refund, RefundLine } from './refund.ts';

/**
 * Takes money that has gone back off the documents it was of, which are locked: what the payment settled of an invoice is
 * owed again, and a deposit holds less. Gives the lines of the books that it is debited to. Call it in the transaction
 * that books the refund, and `creditReducedClaims` after the entry.
 */
export async function takeFromDocuments(
  parts: PaymentParts,
  refund: Refund,
  payables: readonly Payable[],
): Promise<JournalLine[]> {
  const debits: JournalLine[] = [];
  for (const line of refund.lines) {
    const payable = payables.find((one) => one.id === line.payableId) as Payable;
    if (line.outcome === 'deposit') await restatePayable(parts, payable);
    else await reversePart(parts, { refund, line, payable });
    debits.push({
      ledgerAccount: line.outcome === 'deposit' ? 'customer-deposits' : 'receivables',
      currency: refund.currency,
      amountMinor: line.amountMinor,
    });
  }
  return debits;
}

async function reversePart(
  parts: PaymentParts,
  { refund, line, payable }: { refund: Refund; line: RefundLine; payable: Payable },
): Promise<void> {
  const paymentId = refund.paymentId ?? '';
  const settled = await parts.db.q
    .selectFrom('allocation')
    .select('id')
    .where('payment_id', '=', paymentId)
    .where('payable_id', '=', payable.id)
    .where('reverses', 'is', null)
    .executeTakeFirstOrThrow();
  const reversalId = newId('all');
  const part = {
    id: settled.id,
    paymentId,
    amountMinor: line.amountMinor,
    createdBy: refund.createdBy ?? refund.decision?.by,
  };
  await reverseAllocation(parts, payable, part, reversalId);
  await nameAllocation(parts.db, refund.id, line.payableId, reversalId);
}

async function nameAllocation({ q }: Db, refundId: string, payableId: string, id: string | null): Promise<void> {
  await q
    .updateTable('refund_line')
    .set({ allocation_id: id })
    .where('refund_id', '=', refundId)
    .where('payable_id', '=', payableId)
    .execute();
}

/**
 * Lowers the claims of which staff said so by credit notes, and opens links again where something is owed again. In the
 * transaction in which `takeFromDocuments` was called.
 */
export async function creditReducedClaims(parts: PaymentParts, refund: Refund, actor: Actor): Promise<void> {
  for (const { payableId, amountMinor, outcome } of refund.lines) {
    if (outcome !== 'claim-reduced') continue;
    await issueCreditNote(
      { ...parts, endSettledLinks },
      {
        invoiceId: payableId,
        amountMinor,
        reasonKind: refund.reasonKind,
        reason: refund.reason,
        submissionId: `${refund.id}-${payableId}`,
        actor,
        cameOf: { refundId: refund.id },
      },
    );
  }
  const payableIds = refund.lines.map((line) => line.payableId);
  const owed = (await readPayables(parts.db, payableIds)).filter((payable) => payable.kind === 'invoice');
  if (owed.length > 0) await reopenClosedLinks(parts, { payableIds: owed.map((payable) => payable.id), actor });
}
