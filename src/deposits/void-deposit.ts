import { type Actor, recordAudit } from '../audit/record.ts';
import { plainAmount } from '../money/show-money.ts';
import { readReason } from '../payables/reason.ts';
import { type VoidingParts, voidPayable } from '../payables/void-payable.ts';
import { isId } from '../platform/ids.ts';
import { notFound } from '../platform/refusal.ts';

/**
 * Makes a request for a deposit void to which nothing is paid. There is nothing to take out of the books: a deposit is
 * booked when money comes. Errors: 404; Refusal `fields-invalid` (422) without a reason; `not-voidable`, `being-paid` (409).
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
