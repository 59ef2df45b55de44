import { type Actor, recordAudit } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import { readReason } from '../payables/reason.ts';
import { type VoidingParts, voidPayable } from '../payables/void-payable.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';

/**
 * Makes a request for a deposit void on which nothing is held, applied or on its way back. There is nothing to take out of
 * the books: a deposit is booked when money comes, and when it is given back. Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-voidable`, `being-paid` (409).
 */
export async function voidDeposit(
  parts: VoidingParts,
  { id, reason: given, actor }: { id: string; reason: string; actor: Actor },
): Promise<void> {
  const reason = readReason(given);
  if (!isId(id, 'dep')) throw notFound('deposit');
  await parts.db.tx(async () => {
    const { currency, totalMinor } = await voidPayable(parts, id, actor);
    await recordAudit(parts, {
      actor,
      action: 'deposit.voided',
      subjectKind: 'deposit',
      subjectId: id,
      detail: { reason, total: plainAmount({ amountMinor: totalMinor, currency }), currency },
    });
  });
}
