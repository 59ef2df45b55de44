export type PayableKind = 'invoice' | 'deposit';

export type PayableState =
  | 'open'
  | 'part_paid'
  | 'paid'
  | 'credited'
  | 'requested'
  | 'held'
  | 'part_applied'
  | 'applied'
  | 'part_refunded'
  | 'refunded'
  | 'void';

/** What can be owed, with its live balance. Sums in whole minor units. */
export interface Payable {
  id: string;
  kind: PayableKind;
  number: string;
  customerId: string;
  currency: string;
  totalMinor: number;
  /** Σ allocations to it; never stored, always added up. */
  paidMinor: number;
  /** What of that was no money, but taken off the claim by credit notes. */
  creditedMinor: number;
  /** What is still to be paid; nothing once it is void. */
  dueMinor: number;
  state: PayableState;
  /** Goes up with every change of total, balance or state: what the payer saw is named by it. */
  version: number;
}

/**
 * The state that follows from what was paid, of which credit notes took so much off; for a deposit of which something was
 * used, see depositState.
 */
export function stateAfterAllocation(
  kind: PayableKind,
  { totalMinor, paidMinor, creditedMinor }: Pick<Payable, 'totalMinor' | 'paidMinor' | 'creditedMinor'>,
): PayableState {
  if (kind === 'deposit') return paidMinor >= totalMinor ? 'held' : 'requested';
  if (paidMinor <= 0) return 'open';
  if (paidMinor < totalMinor) return 'part_paid';
  return creditedMinor >= totalMinor ? 'credited' : 'paid';
}

export function dueOf(state: PayableState, totalMinor: number, paidMinor: number): number {
  return state === 'void' ? 0 : Math.max(0, totalMinor - paidMinor);
}

/** How each state is shown to staff. */
export const PAYABLE_STATES: Record<PayableState, { label: string; tone: 'ok' | 'warn' | 'info' | 'muted' | 'part' }> =
  {
    open: { label: 'Open', tone: 'info' },
    part_paid: { label: 'Partially paid', tone: 'part' },
    paid: { label: 'Paid', tone: 'ok' },
    credited: { label: 'Credited', tone: 'muted' },
    requested: { label: 'Requested', tone: 'info' },
    held: { label: 'Held', tone: 'ok' },
    part_applied: { label: 'Partially applied', tone: 'part' },
    applied: { label: 'Applied', tone: 'muted' },
    part_refunded: { label: 'Partially refunded', tone: 'part' },
    refunded: { label: 'Refunded', tone: 'muted' },
    void: { label: 'Void', tone: 'muted' },
  };
