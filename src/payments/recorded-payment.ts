import { isDay, totalFault } from '../invoices/invoice.ts';
import { plainAmount } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isPlainLine, tidyLine, tidyLines } from '../platform/text-key.ts';

/** Ways in which money comes without a gateway: somebody here has it, or sees it at the bank. */
export const RECORDED_METHODS = ['cash', 'cheque', 'transfer'] as const;
export type RecordedMethod = (typeof RECORDED_METHODS)[number];

/** Money that staff have received, as they write it down. */
export interface RecordedPayment {
  method: RecordedMethod;
  /** Whole minor units of the currency of what it is for. */
  amountMinor: number;
  /** The day on which it came, yyyy-mm-dd. */
  receivedOn: string;
  /** The cheque's number or the bank's reference, or empty. */
  reference: string;
  note: string;
}

export const LONGEST_REFERENCE = 100;
export const LONGEST_PAYMENT_NOTE = 500;

/** As it is stored: no blanks around, line feeds only. */
export function tidyRecordedPayment({ method, amountMinor, receivedOn, reference, note }: RecordedPayment) {
  return { method, amountMinor, receivedOn, reference: tidyLine(reference), note: tidyLines(note) };
}

/**
 * A sentence for each field that cannot stand; of a tidy payment. `payable` is what it is for, with its live balance,
 * `today` the company's day. Empty when all is well.
 */
export function recordedPaymentFaults(
  payment: RecordedPayment,
  { payable, today }: { payable: Pick<Payable, 'kind' | 'number' | 'currency' | 'dueMinor'>; today: string },
): FieldErrors {
  const faults: FieldErrors = {};
  if (!RECORDED_METHODS.includes(payment.method)) faults.method = 'Choose how it was paid.';
  const amount = totalFault(payment.amountMinor) ?? aboveBalance(payment.amountMinor, payable);
  if (amount) faults.amount = amount;
  if (!isDay(payment.receivedOn)) faults.receivedOn = 'Enter the day on which the money came.';
  else if (payment.receivedOn > today) faults.receivedOn = 'This day is still to come. Enter when the money came.';
  if (payment.reference.length > LONGEST_REFERENCE) {
    faults.reference = `At most ${LONGEST_REFERENCE} characters fit here.`;
  } else if (!isPlainLine(payment.reference)) faults.reference = 'This is one line of plain text.';
  if (payment.note.length > LONGEST_PAYMENT_NOTE) {
    faults.note = `A note has at most ${LONGEST_PAYMENT_NOTE} characters.`;
  }
  return faults;
}

function aboveBalance(
  amountMinor: number,
  { kind, number, currency, dueMinor }: Pick<Payable, 'kind' | 'number' | 'currency' | 'dueMinor'>,
): string | undefined {
  if (amountMinor <= dueMinor) return undefined;
  return `Only ${plainAmount({ amountMinor: dueMinor, currency })} ${currency} is due on ${kind} ${number} now.`;
}
