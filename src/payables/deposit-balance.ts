import type { PayableState } from './payable.ts';

/** What became of the money of one deposit, added up from its movements. Sums in whole minor units. */
export interface DepositSums {
  /** What customers paid into it. */
  paidMinor: number;
  /** What is set against invoices now; what was un-applied is not in it. */
  appliedMinor: number;
  /** What has been given back, or taken back by the card's bank for good. */
  refundedMinor: number;
  /** What is on its way back: it counts as gone, though it is owed until it has arrived. */
  refundingMinor: number;
  /** What a card's bank disputes and nobody has decided about: it is held back. */
  disputedMinor: number;
}

export interface DepositBalance extends DepositSums {
  /** What we owe the customer for it, as the journal's customer-deposits says. */
  heldMinor: number;
  /** What may still be applied or refunded. */
  leftMinor: number;
}

/** The states of deposits on which something is held or may still come. */
export const OPEN_DEPOSITS: readonly PayableState[] = ['requested', 'held', 'part_applied', 'part_refunded'];

/** The one place where what is left of a deposit is worked out; it is never stored. */
export function depositBalance(sums: DepositSums): DepositBalance {
  const heldMinor = sums.paidMinor - sums.appliedMinor - sums.refundedMinor;
  const freeMinor = heldMinor - sums.refundingMinor;
  // What is applied already may be disputed too: then there is nothing more to hold back.
  return { ...sums, heldMinor, leftMinor: freeMinor - Math.min(sums.disputedMinor, Math.max(0, freeMinor)) };
}

/**
 * The state that follows from the sums: requested until all that was asked for is paid, then held until some of it is
 * used. Money on its way back changes no state before it has arrived.
 */
export function depositState(
  totalMinor: number,
  sums: Pick<DepositSums, 'paidMinor' | 'appliedMinor' | 'refundedMinor'>,
): PayableState {
  const { paidMinor, appliedMinor, refundedMinor } = sums;
  if (paidMinor < totalMinor) return 'requested';
  const heldMinor = paidMinor - appliedMinor - refundedMinor;
  if (heldMinor === 0) return refundedMinor > 0 ? 'refunded' : 'applied';
  if (refundedMinor > 0) return 'part_refunded';
  return appliedMinor > 0 ? 'part_applied' : 'held';
}
