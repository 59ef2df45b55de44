import type { Actor } from '../audit/record.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { continueRun } from './continue-run.ts';
import type { Run, Scope } from './run.ts';
import { readRun } from './runs.store.ts';
import { startRun } from './start-run.ts';

/**
 * Holds one account against its gateway, from start to end; where a run is under way it is that one. Gives the run as it
 * then is: still running when another process is at it, failed when the gateway could not be asked.
 */
export async function reconcileAccount(
  parts: PaymentParts,
  wanted: { accountId: string; scope: Scope; actor: Actor },
): Promise<Run> {
  const id = await startRun(parts, wanted);
  while (await continueRun(parts, id));
  return readRun(parts.db, id);
}
