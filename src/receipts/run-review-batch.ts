import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type Actor, recordAudit, recordAudits, SYSTEM } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Logger } from '../platform/logger.ts';
import { Refusal } from '../platform/refusal.ts';
import type { ReviewBatch } from './review-batch.ts';
import { countReviews, readReviewBatch, runningReviews } from './review-batches.store.ts';

interface Parts {
  db: Db;
  clock: Clock;
  log: Logger;
}

/** Few, so that a payer who wants to write waits for some milliseconds. */
const RECEIPTS_AT_ONCE = 50;

/**
 * Reviews what a batch still has waiting, a few in each transaction. Whoever runs it beside us takes other receipts.
 * What goes wrong is logged, for the job to go on later.
 */
export async function runReviewBatch(parts: Parts, id: string): Promise<void> {
  try {
    const batch = await readReviewBatch(parts.db, id);
    while (await reviewSome(parts, batch)) await yieldToOthers();
    await finish(parts, batch);
  } catch (error) {
    if (error instanceof Refusal && error.status === 503) return;
    parts.log.error({ err: error, batchId: id }, 'reviewing many receipts stopped; it goes on later');
  }
}

/** Goes on with all batches whose process died; for a job. */
export async function continueReviewBatches(parts: Parts): Promise<void> {
  for (const id of await runningReviews(parts.db)) await runReviewBatch(parts, id);
}

/** Gives false when nothing waits any more. */
async function reviewSome({ db, clock }: Parts, batch: ReviewBatch): Promise<boolean> {
  const actor: Actor = { kind: 'person', id: batch.createdBy };
  return db.tx(async () => {
    const ids = await takeSome(db, batch);
    if (ids.length === 0) return false;
    const moved = await db.q
      .updateTable('receipt')
      .set({ review_state: 'reviewed', reviewed_at: nowIso(clock), reviewed_by: batch.createdBy })
      .set({ review_note: batch.note })
      .where('id', 'in', ids)
      .where('review_state', '=', 'unreviewed')
      .returning('id')
      .execute();
    const approved = new Set(moved.map((row) => row.id));
    await recordAudits(
      { db, clock },
      ids
        .filter((id) => approved.has(id))
        .map((subjectId) => ({
          actor,
          action: 'receipt.reviewed',
          subjectKind: 'receipt',
          subjectId,
          detail: { note: batch.note, batchId: batch.id },
        })),
    );
    await leaveOut(
      db,
      batch,
      ids.filter((id) => !approved.has(id)),
    );
    return true;
  });
}

/** Marks them first: who comes second waits here, and then finds them taken. */
async function takeSome(db: Db, batch: ReviewBatch): Promise<string[]> {
  const taken = await db.q
    .updateTable('review_batch_item')
    .set({ state: 'approved' })
    .where('batch_id', '=', batch.id)
    .where('state', '=', 'waiting')
    .where('position', 'in', ({ selectFrom }) =>
      selectFrom('review_batch_item')
        .select('position')
        .where('batch_id', '=', batch.id)
        .where('state', '=', 'waiting')
        .orderBy('position')
        .limit(RECEIPTS_AT_ONCE),
    )
    .returning('receipt_id')
    .execute();
  return taken.map((row) => row.receipt_id);
}

async function leaveOut(db: Db, batch: ReviewBatch, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const row = await db.q
      .selectFrom('receipt')
      .leftJoin('person as reviewer', 'reviewer.id', 'receipt.reviewed_by')
      .leftJoin('person as flagger', 'flagger.id', 'receipt.flagged_by')
      .select(['reviewer.name as reviewer', 'flagger.name as flagger', 'flag_note'])
      .where('receipt.id', '=', id)
      .executeTakeFirstOrThrow();
    const reason = row.flagger
      ? `Flagged by ${row.flagger}: ${row.flag_note}`
      : `Reviewed by ${row.reviewer ?? 'somebody else'} already.`;
    await db.q
      .updateTable('review_batch_item')
      .set({ state: 'left-out', reason })
      .where('batch_id', '=', batch.id)
      .where('receipt_id', '=', id)
      .execute();
  }
}

async function finish(parts: Parts, batch: ReviewBatch): Promise<void> {
  const { db, clock } = parts;
  await db.tx(async () => {
    const done = await db.q
      .updateTable('review_batch')
      .set({ state: 'done', finished_at: nowIso(clock) })
      .where('id', '=', batch.id)
      .where('state', '=', 'running')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('review_batch_item')
              .select('position')
              .whereRef('batch_id', '=', 'review_batch.id')
              .where('state', '=', 'waiting'),
          ),
        ),
      )
      .executeTakeFirst();
    if (done.numUpdatedRows !== 1n) return;
    await recordAudit(parts, {
      actor: SYSTEM,
      action: 'review-batch.finished',
      subjectKind: 'review-batch',
      subjectId: batch.id,
      detail: { ...(await countReviews(db, batch.id)) },
    });
  });
}
