import type { Actor } from '../audit/record.ts';
import { applyDeposit } from '../deposits/apply-deposit.ts';
import { unapplyDeposit } from '../deposits/unapply-deposit.ts';
import { readDepositBalance } from '../payables/deposit-balance.store.ts';
import type { Payable } from '../payables/payable.ts';
import { lockPayables } from '../payables/payables.store.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';

/** An application of a deposit that was taken back: what stays owed on the invoice, and what may be applied again. */
export interface AppliedAgain {
  applicationId: string;
  depositId: string;
  invoiceId: string;
  keptMinor: number;
  againMinor: number;
}

/**
 * Makes so much of a locked deposit free that the sum can be taken out of it: what is not applied comes first, then the
 * newest applications are taken back. In the transaction one stands in.
 */
export async function freeDeposit(
  parts: { db: Db; clock: Clock },
  deposit: Payable,
  amountMinor: number,
  actor: Actor,
): Promise<AppliedAgain[]> {
  const { db } = parts;
  const { heldMinor, refundingMinor } = await readDepositBalance(db, deposit.id);
  let shortMinor = amountMinor - Math.max(0, heldMinor - refundingMinor);
  const freed: AppliedAgain[] = [];
  for (const application of await applicationsToTakeBack(db, deposit.id, shortMinor)) {
    const keptMinor = Math.min(shortMinor, application.amountMinor);
    await unapplyDeposit(parts, { applicationId: application.id, actor });
    shortMinor -= keptMinor;
    const { id: applicationId, invoiceId } = application;
    const againMinor = application.amountMinor - keptMinor;
    freed.push({ applicationId, depositId: deposit.id, invoiceId, keptMinor, againMinor });
  }
  return freed;
}

/**
 * Applies again what was taken back beyond the sum: an application is only ever taken back as a whole. What another
 * dispute holds back of the deposit stays there.
 */
export async function applyRestAgain(
  parts: { db: Db; clock: Clock },
  disputeId: string,
  applied: readonly AppliedAgain[],
  actor: Actor,
): Promise<void> {
  for (const { applicationId, depositId, invoiceId, againMinor } of applied) {
    const amountMinor = Math.min(againMinor, (await readDepositBalance(parts.db, depositId)).leftMinor);
    if (amountMinor <= 0) continue;
    const submissionId = `${disputeId}-${applicationId}`;
    await applyDeposit(parts, { depositId, invoiceId, amountMinor, submissionId, actor });
  }
}

/** The newest that stand, as many as come to the sum, their invoices locked. */
async function applicationsToTakeBack(db: Db, depositId: string, sumMinor: number) {
  if (sumMinor <= 0) return [];
  const rows = await db.q
    .selectFrom('allocation')
    .select(['id', 'payable_id', 'amount_minor'])
    .where('deposit_id', '=', depositId)
    .where('reverses', 'is', null)
    .where('id', 'not in', (from) =>
      from
        .selectFrom('allocation')
        .select('reverses')
        .where('deposit_id', '=', depositId)
        .where('reverses', 'is not', null)
        .$castTo<{ reverses: string }>(),
    )
    .orderBy('id', 'desc')
    .execute();
  const wanted: Array<{ id: string; invoiceId: string; amountMinor: number }> = [];
  let restMinor = sumMinor;
  for (const row of rows) {
    if (restMinor <= 0) break;
    wanted.push({ id: row.id, invoiceId: row.payable_id, amountMinor: row.amount_minor });
    restMinor -= row.amount_minor;
  }
  await lockPayables(
    db,
    wanted.map((one) => one.invoiceId),
  );
  return wanted;
}
