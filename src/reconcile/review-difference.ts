import type { Account } from '../accounts/account.ts';
import { noteOnCase } from '../cases/note-on-case.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { nowIso } from '../platform/clock.ts';
import { askAgain } from './ask-again.ts';
import type { FiledDifference } from './differences.store.ts';
import { fileDifference } from './file-difference.ts';
import type { Run } from './run.ts';

/**
 * Looks again at a difference that was found before. One that is gone ends, and its case is told so: closing that is for a
 * person. One that stands is filed again. Errors: GatewayError.
 */
export async function reviewDifference(
  parts: PaymentParts,
  { account, run, row, quietSince }: { account: Account; run: Run; row: FiledDifference; quietSince: string },
): Promise<void> {
  const named = { account, kind: row.objectKind, quietSince };
  const again = await askAgain(parts, { ...named, ourId: row.ourId, ref: row.gatewayRef });
  const still = again.differences.find((one) => one.kind === row.kind);
  const after = still ? await fileDifference(parts, { ...named, run, difference: still }) : again;
  if (!after.differences.some((one) => one.kind === row.kind)) await end(parts, row);
}

async function end(parts: PaymentParts, { id, caseId }: FiledDifference): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const ended = await db.q
      .updateTable('reconcile_difference')
      .set({ state: 'gone', ended_at: nowIso(clock) })
      .where('id', '=', id)
      .where('state', '=', 'open')
      .executeTakeFirst();
    if (caseId && ended.numUpdatedRows === 1n) {
      const body = 'Books and gateway agree on this again. Nothing was closed: say how it was resolved.';
      await noteOnCase(parts, { caseId, body });
    }
  });
}
