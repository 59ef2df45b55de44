import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import { receiptNumber } from './receipt.ts';
import { readReceipt } from './receipts.store.ts';

export const LONGEST_NOTE = 500;

export interface ReviewOrder {
  receiptId: string;
  note: string;
  actor: Actor & { id: string };
}

/**
 * Marks a receipt as reviewed by this person, with a note that may be empty. Of two who press at once one is first.
 * Errors: `already-reviewed` (409) that says by whom, `fields-invalid` (422) for a long note, 404.
 */
export async function reviewReceipt({ db, clock }: { db: Db; clock: Clock }, order: ReviewOrder): Promise<void> {
  const note = readNote(order.note);
  await db.tx(async () => {
    const moved = await db.q
      .updateTable('receipt')
      .set({ reviewed_at: nowIso(clock), reviewed_by: order.actor.id, review_note: note })
      .where('id', '=', order.receiptId)
      .where('reviewed_at', 'is', null)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) {
      const { number, review } = await readReceipt(db, order.receiptId);
      throw new Refusal(
        'already-reviewed',
        409,
        `${review?.byName} has reviewed ${receiptNumber(number)} in the meantime.`,
      );
    }
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: 'receipt.reviewed',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: { note },
      },
    );
  });
}

/** Errors: `fields-invalid` (422). */
export function readNote(text: string): string {
  const note = text.trim();
  if ([...note].length > LONGEST_NOTE) throw refuseFields({ note: `A note has at most ${LONGEST_NOTE} characters.` });
  return note;
}
