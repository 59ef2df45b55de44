import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { readDepositBalance } from './deposit-balance.store.ts';
import { depositState } from './deposit-balance.ts';
import { type Payable, stateAfterAllocation } from './payable.ts';
import { readPayables } from './payables.store.ts';

/**
 * Moves state and version of a locked payable to what its sums say after a movement, in the transaction of that
 * movement. Gives the payable as it then is. Errors: it changed since it was locked, which a lock rules out.
 */
export async function restatePayable({ db, clock }: { db: Db; clock: Clock }, before: Payable): Promise<Payable> {
  const [now] = (await readPayables(db, [before.id])) as [Payable];
  const state = await stateOf(db, now);
  const moved = await db.q
    .updateTable('payable')
    .set({ state, version: before.version + 1, updated_at: nowIso(clock) })
    .where('id', '=', before.id)
    .where('version', '=', before.version)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n) throw new Error(`${before.number} changed while it was being settled`);
  return { ...now, state, version: before.version + 1 };
}

async function stateOf(db: Db, now: Payable) {
  if (now.state === 'void') return now.state;
  if (now.kind === 'invoice') return stateAfterAllocation('invoice', now);
  return depositState(now.totalMinor, await readDepositBalance(db, now.id));
}
