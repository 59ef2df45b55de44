export type PayableKind = 'invoice' | 'deposit';

export type PayableState =
  | 'open'
  | 'part_paid'
  | 'paid'
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
  /** What is still to be paid; nothing once it is void. */
  dueMinor: number;
  state: PayableState;
  /** Goes up with every change of total, balance or state: what the payer saw is named by it. */
  version: number;
}

/** The state that follows from what was paid; for a deposit of which something was used, see depositState. */
export function stateAfterAllocation(kind: PayableKind, totalMinor: number, paidMinor: number): PayableState {
  if (kind === 'deposit') return paidMinor >= totalMinor ? 'held' : 'requested';
  if (paidMinor <= 0) return 'open';
  return paidMinor >= totalMinor ? 'paid' : 'part_paid';
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
    requested: { label: 'Requested', tone: 'info' },
    held: { label: 'Held', tone: 'ok' },
    part_applied: { label: 'Partially applied', tone: 'part' },
    applied: { label: 'Applied', tone: 'muted' },
    part_refunded: { label: 'Partially refunded', tone: 'part' },
    refunded: { label: 'Refunded', tone: 'muted' },
    void: { label: 'Void', tone: 'muted' },
  };
