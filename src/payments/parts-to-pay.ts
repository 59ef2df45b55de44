import type { Payable } from '../payables/payable.ts';
import type { PaymentPart } from './payment.ts';

/** Spreads a sum over what is due, in the order given: each payable is filled before the next. Whole minor units. */
export function partsToPay(payables: readonly Payable[], amountMinor: number): PaymentPart[] {
  const parts: PaymentPart[] = [];
  let leftMinor = amountMinor;
  for (const { id, dueMinor, version } of payables) {
    const partMinor = Math.min(dueMinor, leftMinor);
    if (partMinor <= 0) continue;
    parts.push({ payableId: id, amountMinor: partMinor, version });
    leftMinor -= partMinor;
  }
  return parts;
}
