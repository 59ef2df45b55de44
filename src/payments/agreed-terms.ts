import type { Payable } from '../payables/payable.ts';

/**
 * Names what the payer was shown: every payable with its version and what was due. The page carries it, and a payment
 * whose terms read otherwise by then is refused and shown anew. It is no secret and grants nothing.
 */
export function agreedTerms(payables: readonly Payable[]): string {
  return payables
    .filter((payable) => payable.dueMinor > 0)
    .map((payable) => `${payable.id}.${payable.version}.${payable.dueMinor}`)
    .sort()
    .join('~');
}
