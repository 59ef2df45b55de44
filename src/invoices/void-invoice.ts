import { type Actor, recordAudit } from '../audit/record.ts';
import { postJournal } from '../ledger/post-journal.ts';
import { plainAmount } from '../money/show-money.ts';
import { readReason } from '../payables/reason.ts';
import { type VoidingParts, voidPayable } from '../payables/void-payable.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';
import { claimLines } from './create-invoice.ts';

/**
 * Makes an invoice void on which nothing is paid: the claim is taken out of the books by an entry of the opposite sign.
 * Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-voidable`, `being-paid` (409).
 */
export async function voidInvoice(
  parts: VoidingParts,
  { id, reason: given, actor }: { id: string; reason: string; actor: Actor },
): Promise<void> {
  const reason = readReason(given);
  if (!isId(id, 'inv')) throw notFound('invoice');
  await parts.db.tx(async () => {
    const { number, currency, totalMinor } = await voidPayable(parts, id, actor);
    await postJournal(parts, {
      kind: 'invoice-voided',
      subjectKind: 'invoice',
      subjectId: id,
      memo: `Invoice ${number} void: ${reason}`,
      lines: claimLines(currency, -totalMinor),
    });
    await recordAudit(parts, {
      actor,
      action: 'invoice.voided',
      subjectKind: 'invoice',
      subjectId: id,
      detail: { reason, total: plainAmount({ amountMinor: totalMinor, currency }), currency },
    });
  });
}
