import { addDays } from '../platform/show-time.ts';
import { type Movement, type MovementType, moneyMoved, movementType } from './movement.ts';

/** A closed period: numbered, sealed, and never changed. */
export interface ExportBatch {
  id: string;
  number: number;
  /** `taking` movements, `writing` its files, `closed` for good. The period is locked from the start. */
  state: 'taking' | 'writing' | 'closed';
  /** The last day of the period, and the moment at which it ended in the zone of then. */
  lastDay: string;
  endsAt: string;
  timeZone: string;
  rowCount: number;
  rowEstimate: number;
  sums: BatchSum[];
  /** SHA-256 over its movements. */
  seal: string | undefined;
  createdBy: string | undefined;
  createdAt: string;
  closedAt: string | undefined;
}

/** What the movements of one type moved in one currency; those that move no money have none. Whole minor units. */
export interface BatchSum {
  type: MovementType;
  currency: string | undefined;
  movements: number;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
}

/** How a batch's number is written everywhere: EXP-000001. */
export function batchNumber(number: number): string {
  return `EXP-${String(number).padStart(6, '0')}`;
}

/** Adds movements to the sums so far, in place. */
export function addToSums(sums: Map<string, BatchSum>, movements: readonly Movement[]): void {
  for (const movement of movements) {
    const type = movementType(movement.kind);
    const moved = moneyMoved(movement);
    const none = { currency: undefined, grossMinor: 0, feeMinor: 0, netMinor: 0 };
    for (const one of moved.length > 0 ? moved : [none]) {
      const key = `${type} ${one.currency}`;
      const sum = sums.get(key) ?? { type, ...none, currency: one.currency, movements: 0 };
      sum.movements += 1;
      sum.grossMinor += one.grossMinor;
      sum.feeMinor += one.feeMinor;
      sum.netMinor += one.netMinor;
      sums.set(key, sum);
    }
  }
}

/**
 * What is usually wanted on a day (yyyy-mm-dd): files of the month before, and that month closed; where it is closed
 * already, all up to yesterday.
 */
export function usualPeriod(
  today: string,
  lastClosed: string | undefined,
): { from: string; to: string; lastDay: string } {
  const to = addDays(`${today.slice(0, 8)}01`, -1);
  const lastDay = lastClosed && lastClosed >= to ? addDays(today, -1) : to;
  return { from: `${to.slice(0, 8)}01`, to, lastDay };
}
