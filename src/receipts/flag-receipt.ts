import { recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { beaten, type ReviewOrder, readNote } from './review-receipt.ts';

/**
 * Flags a receipt that nobody has reviewed, with a note that says what is wrong. Of two who press at once one is first.
 * Errors: `already-reviewed`, `already-flagged` (409) that say by whom, `fields-invalid` (422) without a note or for a
 * long one, 404.
 */
export async function flagReceipt({ db, clock }: { db: Db; clock: Clock }, order: ReviewOrder): Promise<void> {
  const note = readNote(order.note, 'flag');
  if (!note) throw refuseFields({ flag: 'Say what is wrong with it, for whoever looks at it next.' });
  await db.tx(async () => {
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_state: 'flagged', flagged_at: nowIso(clock), flagged_by: order.actor.id, flag_note: note })
      .where('id', '=', order.receiptId)
      .where('review_state', '=', 'unreviewed')
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) throw await beaten(db, order.receiptId);
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: 'receipt.flagged',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: { note },
      },
    );
  });
}
