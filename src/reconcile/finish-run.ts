import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { addSums, balanceFigures, clearingOf } from './figures.store.ts';
import type { Run } from './run.ts';
import { moveRun } from './runs.store.ts';

/** Ends a run that has looked at everything, and keeps what the books then say of the gateway. Errors: LostClaim. */
export async function finishRun({ db, clock }: PaymentParts, run: Run, claim: string): Promise<void> {
  const balance = await balanceFigures(db, run.accountId, run.since);
  await db.tx(async () => {
    await moveRun(db, run, claim, { state: 'done', finished_at: nowIso(clock), claim: null, claimed_until: null });
    for (const { figure, tally } of balance) await addSums(db, run.id, figure, [tally]);
    await addSums(db, run.id, 'clearing', await clearingOf(db, run.accountId));
  });
}
