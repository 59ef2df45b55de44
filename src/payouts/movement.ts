import type { GatewayMovement } from '../gateway/gateway.ts';
import type { JournalEntry, JournalLine } from '../ledger/journal.ts';
import type { PaymentState } from '../payments/payment.ts';
import type { RefundTable } from '../platform/database/tables.ts';

/**
 * Where a movement of a gateway's balance stands with us. `waiting`: it is of something of ours that is not booked yet.
 * `foreign`: what moved the balance carries no mark of ours. `unmatched`: it does, or is of a kind that we do not know,
 * and leads nowhere. What is foreign or unmatched stands in suspense.
 */
export type MovementState = 'waiting' | 'matched' | 'foreign' | 'unmatched';

export const MOVEMENT_STATE_WORDS: Record<MovementState, { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' }> = {
  waiting: { label: 'Not booked yet', tone: 'warn' },
  matched: { label: 'Matched', tone: 'ok' },
  foreign: { label: 'Not from this portal', tone: 'info' },
  unmatched: { label: 'Belongs to nothing of ours', tone: 'bad' },
};

/** What of ours a movement is of. */
export interface Tie {
  payment: { id: string; state: PaymentState } | undefined;
  refund: { id: string; state: RefundTable['state']; paymentId: string | undefined } | undefined;
}

/** Refunds of which it is known how they ended, and which are booked so. */
const BOOKED_REFUNDS: ReadonlyArray<RefundTable['state']> = ['succeeded', 'failed', 'cancelled'];

/** Disputes are told to us by messages of their own; here it counts that their payment is ours. */
export function stateOfMovement(
  { meaning, reference }: Pick<GatewayMovement, 'meaning' | 'reference'>,
  { payment, refund }: Tie,
): MovementState {
  if (meaning === 'fee' || meaning === 'payout') return 'matched';
  if (meaning === 'other') return 'unmatched';
  if (meaning === 'refund' && refund) return BOOKED_REFUNDS.includes(refund.state) ? 'matched' : 'waiting';
  if (payment) return meaning !== 'refund' && payment.state === 'paid' ? 'matched' : 'waiting';
  return reference ? 'unmatched' : 'foreign';
}

/** A movement as it is to be booked. */
export interface BookableMovement
  extends Pick<GatewayMovement, 'ref' | 'meaning' | 'type' | 'currency' | 'grossMinor' | 'feeMinor' | 'netMinor'> {
  id: string;
  accountId: string;
  state: MovementState;
  sourceRef: string | undefined;
  exchangedFrom: GatewayMovement['exchangedFrom'];
}

/**
 * How a movement stands in the books besides what books charges, refunds and disputes themselves: the gateway's fee,
 * what was exchanged, what went to the bank, and what waits in suspense. An entry for each, with the movement as subject.
 */
export function entriesOf(movement: BookableMovement): JournalEntry[] {
  const { id, accountId, currency, meaning, grossMinor, feeMinor, netMinor, exchangedFrom, ref } = movement;
  const what = movement.sourceRef ?? ref;
  const entry = (kind: string, memo: string, lines: JournalLine[]): JournalEntry => ({
    kind,
    subjectKind: 'movement',
    subjectId: id,
    memo,
    lines: lines.filter((line) => line.amountMinor !== 0),
  });
  const clearing = (amountMinor: number, code = currency): JournalLine => ({
    ledgerAccount: 'gateway-clearing',
    accountId,
    currency: code,
    amountMinor,
  });
  const against = (ledgerAccount: JournalLine['ledgerAccount'], amountMinor: number, code = currency): JournalLine => ({
    ledgerAccount,
    currency: code,
    amountMinor,
  });

  const entries: JournalEntry[] = [];
  if (movement.state === 'foreign' || movement.state === 'unmatched') {
    const memo = `Moved at the gateway, not known here: ${movement.type} ${what}`;
    entries.push(entry('suspense', memo, [clearing(netMinor), against('suspense', -netMinor)]));
  } else {
    const keptMinor = feeMinor - (meaning === 'fee' ? grossMinor : 0);
    entries.push(
      entry('fee', `Fee of the gateway, ${what}`, [against('gateway-fees', keptMinor), clearing(-keptMinor)]),
    );
    if (meaning === 'payout') {
      const memo = grossMinor < 0 ? `Paid out to the bank, ${what}` : `Payout returned, ${what}`;
      entries.push(entry('payout', memo, [against('bank', -grossMinor), clearing(grossMinor)]));
    }
    if (exchangedFrom) {
      const from = exchangedFrom;
      entries.push(
        entry('exchange', `Exchanged by the gateway, ${what}`, [
          clearing(-from.amountMinor, from.currency),
          against('currency-exchange', from.amountMinor, from.currency),
          clearing(grossMinor),
          against('currency-exchange', -grossMinor),
        ]),
      );
    }
  }
  return entries.filter(({ lines }) => lines.length > 0);
}
