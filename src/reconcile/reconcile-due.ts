import { listAccounts } from '../accounts/accounts.store.ts';
import { SYSTEM } from '../audit/record.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { HOUR_MS, laterIso, MINUTE_MS } from '../platform/clock.ts';
import { continueRun } from './continue-run.ts';
import { latestRun } from './runs.store.ts';
import { startRun } from './start-run.ts';

const EVERY_MS = HOUR_MS;
const AFTER_FAILURE_MS = 10 * MINUTE_MS;

/**
 * Gives every account one turn: goes on with a run that stands, also one whose process died, or starts the next when an
 * hour has passed. Bounded: a turn is so many pages, and the next one comes with the job. For a job.
 */
export async function reconcileDue(parts: PaymentParts): Promise<void> {
  for (const { id: accountId } of await listAccounts(parts.db)) {
    const runId = (await latestRun(parts.db, accountId, 'running'))?.id ?? (await startIfDue(parts, accountId));
    if (runId) await continueRun(parts, runId);
  }
}

async function startIfDue(parts: PaymentParts, accountId: string): Promise<string | undefined> {
  const [done, failed] = await Promise.all([
    latestRun(parts.db, accountId, 'done'),
    latestRun(parts.db, accountId, 'failed'),
  ]);
  const isFresh =
    (done && done.startedAt > laterIso(parts.clock, -EVERY_MS)) ||
    (failed && failed.startedAt > laterIso(parts.clock, -AFTER_FAILURE_MS));
  return isFresh ? undefined : startRun(parts, { accountId, scope: 'new', actor: SYSTEM });
}
