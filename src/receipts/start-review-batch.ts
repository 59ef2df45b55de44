import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { refuseFields } from '../platform/refusal.ts';
import { MOST_REVIEWED } from './review-batch.ts';
import { readNote } from './review-receipt.ts';

export interface ReviewBatchOrder {
  receiptIds: readonly string[];
  /** Stands on each receipt that is reviewed; may be empty. */
  note: string;
  /** The list to go back to. */
  back: string;
  actor: Actor & { id: string };
  /** Made with the form: the same form sent twice is one batch. */
  submissionId: string;
}

const ROWS_AT_ONCE = 500;

/**
 * Writes down that these receipts are to be reviewed; `runReviewBatch` does it. Gives the batch's id.
 * Errors: `fields-invalid` (422) for none or too many receipts, or a long note.
 */
export async function startReviewBatch(parts: { db: Db; clock: Clock }, order: ReviewBatchOrder): Promise<string> {
  const { db, clock } = parts;
  const note = readNote(order.note);
  const { receiptIds, actor } = order;
  if (receiptIds.length === 0) throw refuseFields({ form: 'Tick at least one receipt.' });
  if (receiptIds.length > MOST_REVIEWED) {
    throw refuseFields({ form: `At most ${MOST_REVIEWED} receipts can be approved at once.` });
  }
  const id = newId('rvb');
  return db.tx(async () => {
    const known = await knownOf(db, receiptIds);
    const added = await db.q
      .insertInto('review_batch')
      .values({
        id,
        submission_id: order.submissionId,
        note,
        state: 'running',
        item_count: known.length,
        back: order.back,
        created_by: actor.id,
        created_at: nowIso(clock),
        finished_at: null,
      })
      .onConflict((clash) => clash.column('submission_id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!added) return idOf(db, order.submissionId);
    const items = known.map((receiptId, position) => ({
      batch_id: id,
      position,
      receipt_id: receiptId,
      state: 'waiting' as const,
      reason: null,
    }));
    for (let i = 0; i < items.length; i += ROWS_AT_ONCE) {
      await db.q
        .insertInto('review_batch_item')
        .values(items.slice(i, i + ROWS_AT_ONCE))
        .execute();
    }
    await recordAudit(parts, {
      actor,
      action: 'review-batch.started',
      subjectKind: 'review-batch',
      subjectId: id,
      detail: { receipts: known.length, note },
    });
    return id;
  });
}

/** The receipts of these ids that exist, in that order. */
async function knownOf(db: Db, ids: readonly string[]): Promise<string[]> {
  const known = new Set<string>();
  for (let i = 0; i < ids.length; i += ROWS_AT_ONCE) {
    const rows = await db.q
      .selectFrom('receipt')
      .select('id')
      .where('id', 'in', ids.slice(i, i + ROWS_AT_ONCE))
      .execute();
    for (const row of rows) known.add(row.id);
  }
  return ids.filter((id) => known.has(id));
}

async function idOf(db: Db, submissionId: string): Promise<string> {
  const row = await db.q
    .selectFrom('review_batch')
    .select('id')
    .where('submission_id', '=', submissionId)
    .executeTakeFirstOrThrow();
  return row.id;
}
