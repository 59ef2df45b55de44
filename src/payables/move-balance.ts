import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { type Payable, stateAfterAllocation } from './payable.ts';

/**
 * Moves state and version of a payable by what was just allocated to it (taken back, where negative); the payable must
 * be locked. Gives it as it then is. Errors: somebody changed it although it was locked.
 */
export async function moveBalance(
  { db, clock }: { db: Db; clock: Clock },
  payable: Payable,
  byMinor: number,
): Promise<Payable> {
  const paidMinor = payable.paidMinor + byMinor;
  const state = stateAfterAllocation(payable.kind, payable.totalMinor, paidMinor);
  const version = payable.version + 1;
  const moved = await db.q
    .updateTable('payable')
    .set({ state, version, updated_at: nowIso(clock) })
    .where('id', '=', payable.id)
    .where('version', '=', payable.version)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new Error(`${payable.number} changed while it was being settled`);
  return { ...payable, paidMinor, dueMinor: payable.dueMinor - byMinor, state, version };
}
