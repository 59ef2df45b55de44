import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { readReceipt } from './receipts.store.ts';
import { beaten } from './review-receipt.ts';

/**
 * Takes a flag off, so that the receipt waits for a review again; the log keeps what it said.
 * `flaggedAt` is the flag that was seen: a later one is not taken off by mistake.
 * Errors: `already-reviewed`, `already-flagged`, `flag-changed` (409), 404.
 */
export async function unflagReceipt(
  { db, clock }: { db: Db; clock: Clock },
  order: { receiptId: string; flaggedAt: string; actor: Actor },
): Promise<void> {
  await db.tx(async () => {
    const { flag } = await readReceipt(db, order.receiptId);
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_state: 'unreviewed', flagged_at: null, flagged_by: null, flag_note: null })
      .where('id', '=', order.receiptId)
      .where('flagged_at', '=', order.flaggedAt)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) throw await beaten(db, order.receiptId);
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: 'receipt.unflagged',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: { note: flag?.note, at: flag?.at },
      },
    );
  });
}
