import type { PaymentParts } from '../payments/payment-parts.ts';
import { addSums } from './figures.store.ts';
import type { LookedAt } from './look-at-page.ts';
import { OBJECT_KINDS } from './object-kinds.ts';
import type { Run } from './run.ts';
import { moveRun } from './runs.store.ts';
import { tallyOf } from './tally.ts';

/** Notes what a page came to and where the run goes on, in one transaction. Errors: LostClaim. */
export async function notePage(
  { db }: PaymentParts,
  {
    run,
    claim,
    claimedUntil,
    page,
    next,
  }: {
    run: Run;
    claim: string;
    claimedUntil: string;
    page: LookedAt;
    next: { step: string; passedRef?: string };
  },
): Promise<void> {
  const count = (of: 'foreign' | 'underWay') => page.comparisons.reduce((sum, one) => sum + one[of].length, 0);
  await db.tx(async () => {
    await moveRun(db, run, claim, {
      step: next.step,
      passed_ref: next.passedRef ?? null,
      looked_count: run.looked + page.looked,
      foreign_count: run.foreign + count('foreign'),
      under_way_count: run.underWay + count('underWay'),
      claimed_until: claimedUntil,
      tries: 0,
    });
    const { kind } = page;
    if (!kind) return;
    await addSums(db, run.id, OBJECT_KINDS[kind].figure, tallyOf(page.comparisons));
    if (page.sighted.length === 0) return;
    await db.q
      .insertInto('reconcile_sighting')
      .values(page.sighted.map((ref) => ({ run_id: run.id, object_kind: kind, gateway_ref: ref })))
      .onConflict((clash) => clash.doNothing())
      .execute();
  });
}
