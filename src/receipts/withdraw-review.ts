import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { readReceipt } from './receipts.store.ts';

/**
 * Takes a review back, so that the receipt is to be reviewed again; the log keeps whose it was.
 * `reviewedAt` is the review that was seen: a later one is not taken back by mistake.
 * Errors: `review-changed` (409), 404.
 */
export async function withdrawReview(
  { db, clock }: { db: Db; clock: Clock },
  order: { receiptId: string; reviewedAt: string; actor: Actor },
): Promise<void> {
  await db.tx(async () => {
    const { review } = await readReceipt(db, order.receiptId);
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_state: 'unreviewed', reviewed_at: null, reviewed_by: null, review_note: null })
      .where('id', '=', order.receiptId)
      .where('reviewed_at', '=', order.reviewedAt)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) {
      throw new Refusal('review-changed', 409, 'The review was changed in the meantime. Please look at it again.');
    }
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: 'receipt.review-withdrawn',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: { by: review?.by, at: review?.at, note: review?.note },
      },
    );
  });
}
