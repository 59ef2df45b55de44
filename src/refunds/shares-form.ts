import { z } from 'zod';
import { isCreditReason } from '../invoices/credit-note.ts';
import { example, readSum } from '../invoices/invoice-form.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { CLAIM_OUTCOMES, type ClaimOutcome } from './refund.ts';
import type { PaymentRoom } from './refund-rooms.store.ts';
import { NO_OUTCOME, type RefundShare, sumField } from './reserve-payment-refund.ts';

/** The fields by which staff say of which documents money goes back, and what becomes of the claims. */
export function sharesFields(room: PaymentRoom) {
  return {
    ...Object.fromEntries(room.documents.map(({ payable }) => [sumField(payable.id), z.string().default('')])),
    outcome: z.enum(CLAIM_OUTCOMES, NO_OUTCOME).optional(),
    reasonKind: z.string().default('').refine(isCreditReason, 'Choose a reason.'),
    reason: z.string().default(''),
  };
}

/** What was typed as sums of documents, those left empty missing; with a sentence for each that cannot be read. */
export function readShares(room: PaymentRoom, typed: Record<string, string>) {
  const errors: FieldErrors = {};
  const shares: RefundShare[] = [];
  for (const { payable } of room.documents) {
    const field = sumField(payable.id);
    const text = typed[field]?.trim() ?? '';
    if (!text) continue;
    const amountMinor = readSum(text, room.currency);
    if (amountMinor === undefined) errors[field] = `Enter a sum such as ${example(room.currency)}.`;
    else if (amountMinor > 0) shares.push({ payableId: payable.id, amountMinor });
  }
  if (shares.length === 0 && Object.keys(errors).length === 0) errors.form = 'Enter how much goes back.';
  const outcome = CLAIM_OUTCOMES.find((one) => one === typed.outcome) as ClaimOutcome | undefined;
  if (!outcome && shares.some((share) => share.payableId.startsWith('inv_'))) errors.outcome = NO_OUTCOME;
  return { shares, outcome, errors };
}
