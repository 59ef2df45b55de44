import type { Letterhead } from '../company/letterhead.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine } from '../platform/text-key.ts';

/** Why money is given back or a claim lowered: what staff choose, and customers read in their own words. */
export const CREDIT_REASONS = {
  returned: 'Goods returned, or a service not delivered',
  'wrong-sum': 'Too much was asked for',
  duplicate: 'Paid twice',
  cancelled: 'The order was cancelled',
  goodwill: 'Goodwill',
  dispute: 'A dispute was decided for the customer',
  other: 'Another reason',
} as const;

export type CreditReason = keyof typeof CREDIT_REASONS;

export const LONGEST_CREDIT_REASON = 200;

export function isCreditReason(text: string): text is CreditReason {
  return Object.hasOwn(CREDIT_REASONS, text);
}

/** A sentence for each of the two that cannot stand; of tidy text. */
export function creditReasonFaults({ reasonKind, reason }: { reasonKind: string; reason: string }): FieldErrors {
  const faults: FieldErrors = {};
  if (!isCreditReason(reasonKind)) faults.reasonKind = 'Choose a reason.';
  else if (reasonKind === 'other' && !reason) faults.reason = 'Say why, so that others understand it in a year.';
  if (reason.length > LONGEST_CREDIT_REASON) faults.reason = `At most ${LONGEST_CREDIT_REASON} characters fit here.`;
  else if (!isPlainLine(reason)) faults.reason = 'This is one line of plain text.';
  return faults;
}

/** Everything that a credit note shows, frozen when it was issued. Stored as JSON; sums in whole minor units. */
export interface CreditNoteContent {
  issuedAt: string;
  timeZone: string;
  language: string;
  company: Letterhead;
  customer: { number: string; name: string; address: string };
  invoice: { number: string; issuedOn: string; totalMinor: number };
  /** What was left to pay before and after it. */
  dueBeforeMinor: number;
  dueAfterMinor: number;
}

/** A numbered paper that lowers what is owed on an invoice. */
export interface CreditNote {
  id: string;
  number: number;
  payableId: string;
  customerId: string;
  currency: string;
  amountMinor: number;
  reasonKind: CreditReason;
  /** In words, for colleagues; may be empty. */
  reason: string;
  allocationId: string;
  refundId: string | undefined;
  disputeId: string | undefined;
  content: CreditNoteContent;
  issuedAt: string;
  issuedBy: string | undefined;
  /** When and why it was taken back, which its opposite in the books did. */
  withdrawn: { at: string; reason: string } | undefined;
}

/** How its number is written everywhere: CN-000042. */
export function creditNoteNumber(number: number): string {
  return `CN-${String(number).padStart(6, '0')}`;
}
