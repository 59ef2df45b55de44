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
 * Marks a receipt as reviewed by this person, with a note that may be empty; a flag on it is resolved by that.
 * `flaggedAt` is the flag that was seen, so that one raised in the meantime is not passed over. Of two who press at once
 * one is first.
 * Errors: `already-reviewed`, `already-flagged`, `flag-changed` (409) that say by whom, `fields-invalid` (422) for a long
 * note, 404.
 */
export async function reviewReceipt(
  { db, clock }: { db: Db; clock: Clock },
  order: ReviewOrder & { flaggedAt?: string | undefined },
): Promise<void> {
  const note = readNote(order.note);
  const flaggedAt = order.flaggedAt || null;
  await db.tx(async () => {
    const { flag } = await readReceipt(db, order.receiptId);
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_state: 'reviewed', reviewed_at: nowIso(clock), reviewed_by: order.actor.id, review_note: note })
      .set({ flagged_at: null, flagged_by: null, flag_note: null })
      .where('id', '=', order.receiptId)
      .where('review_state', '=', flaggedAt ? 'flagged' : 'unreviewed')
      .where('flagged_at', flaggedAt ? '=' : 'is', flaggedAt)
      .executeTakeFirst();
    if (moved.numUpdatedRows !== 1n) throw await beaten(db, order.receiptId);
    await recordAudit(
      { db, clock },
      {
        actor: order.actor,
        action: flaggedAt ? 'receipt.flag-resolved' : 'receipt.reviewed',
        subjectKind: 'receipt',
        subjectId: order.receiptId,
        detail: flaggedAt ? { note, flag: flag?.note } : { note },
      },
    );
  });
}

/** The refusal for whoever comes second, with what the first one did. Errors: 404. */
export async function beaten(db: Db, receiptId: string): Promise<Refusal> {
  const { number, review, flag } = await readReceipt(db, receiptId);
  const name = receiptNumber(number);
  if (review) {
    return new Refusal('already-reviewed', 409, `${review.byName} has reviewed ${name} in the meantime.`);
  }
  if (flag) {
    return new Refusal('already-flagged', 409, `${flag.byName} has flagged ${name} in the meantime: ${flag.note}`);
  }
  return new Refusal(
    'flag-changed',
    409,
    `The flag on ${name} was taken off in the meantime. Please look at it again.`,
  );
}

/** Errors: `fields-invalid` (422). */
export function readNote(text: string, field = 'note'): string {
  const note = text.trim();
  if ([...note].length > LONGEST_NOTE) {
    throw refuseFields({ [field]: `A note has at most ${LONGEST_NOTE} characters.` });
  }
  return note;
}
