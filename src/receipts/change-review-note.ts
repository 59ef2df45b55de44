import { recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { readReceipt } from './receipts.store.ts';
import { type ReviewOrder, readNote } from './review-receipt.ts';

/**
 * Rewrites the note of a review; the log keeps what it said before. Who reviewed, and when, stays.
 * Errors: `not-reviewed` (409), `fields-invalid` (422), 404.
 */
export async function changeReviewNote({ db, clock }: { db: Db; clock: Clock }, order: ReviewOrder): Promise<void> {
  const note = readNote(order.note);
  await db.tx(async () => {
    const { review } = await readReceipt(db, order.receiptId);
    if (review?.note === note) return;
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_note: note })
      .where('id', '=', order.receiptId)
      .where('reviewed_at', 'is not', null)
      .where('review_note', '=', review?.note ?? '')
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) {
      throw new Refusal('not-reviewed', 409, 'The review was changed in the meantime. Please look at it again.');
    }
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: 'receipt.note-changed',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: { from: review?.note ?? '', to: note },
      },
    );
  });
}
