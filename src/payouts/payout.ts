import type { GatewayPayoutState } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';

/** The states of a payout and where each may go: the one table. One that reached the bank may still be sent back by it. */
export const PAYOUT_STATES = {
  pending: { gone: false, to: ['in_transit', 'paid', 'failed', 'cancelled'] },
  in_transit: { gone: false, to: ['paid', 'failed', 'cancelled'] },
  paid: { gone: true, to: ['failed', 'cancelled'] },
  failed: { gone: false, to: [] },
  cancelled: { gone: false, to: [] },
} as const satisfies Record<GatewayPayoutState, { gone: boolean; to: readonly GatewayPayoutState[] }>;

export const PAYOUT_STATE_WORDS: Record<
  GatewayPayoutState,
  { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted' }
> = {
  pending: { label: 'Not sent yet', tone: 'info' },
  in_transit: { label: 'On its way', tone: 'warn' },
  paid: { label: 'Arrived', tone: 'ok' },
  failed: { label: 'Failed', tone: 'bad' },
  cancelled: { label: 'Cancelled', tone: 'muted' },
};

/** Whether what a payout pays out adds up to it. */
export type Matching = 'waiting' | 'matched' | 'off' | 'by_hand';

export const MATCHING_WORDS: Record<Matching, { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' }> = {
  waiting: { label: 'Not known yet', tone: 'info' },
  matched: { label: 'Matched', tone: 'ok' },
  off: { label: 'Does not add up', tone: 'bad' },
  by_hand: { label: 'Made by hand', tone: 'warn' },
};

/** Money that a gateway sent to the bank. Sums in whole minor units. */
export interface Payout {
  id: string;
  accountId: string;
  gatewayRef: string;
  state: GatewayPayoutState;
  automatic: boolean;
  matching: Matching;
  currency: string;
  amountMinor: number;
  /** yyyy-mm-dd */
  arrivalOn: string;
  traceRef: string | undefined;
  failureCode: string | undefined;
  movementCount: number;
  movementsMinor: number;
  createdAt: string;
  readAt: string;
  matchedAt: string | undefined;
}

export function payoutMayBecome(from: GatewayPayoutState, to: GatewayPayoutState): boolean {
  return (PAYOUT_STATES[from].to as readonly string[]).includes(to);
}

/** The day on which what it pays out reached the bank; undefined while it has not, or was sent back. */
export function settledOn({ state, arrivalOn }: Pick<Payout, 'state' | 'arrivalOn'>): string | undefined {
  return PAYOUT_STATES[state].gone ? arrivalOn : undefined;
}

/** By how much the payout is more (or, negative, less) than what it pays out, in minor units. */
export function offMinor({ amountMinor, movementsMinor }: Pick<Payout, 'amountMinor' | 'movementsMinor'>): number {
  return amountMinor - movementsMinor;
}

/** What does not match about a payout, in a sentence; undefined when all does, or nothing is known yet. */
export function whatIsOff(payout: Payout): string | undefined {
  const { currency, movementCount, movementsMinor, matching } = payout;
  if (matching === 'by_hand') {
    return 'It was made by hand at the gateway, which then does not say what it pays out. Hold it against the bank statement and the balance at the gateway.';
  }
  if (matching !== 'off') return undefined;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  const off = offMinor(payout);
  const movements =
    movementCount === 1
      ? 'The one movement that it pays out comes'
      : `The ${movementCount} movements that it pays out come`;
  return `${movements} to ${show(movementsMinor)}: the payout is ${show(Math.abs(off))} ${off > 0 ? 'more' : 'less'} than that.`;
}
