import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isId, newId } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import { type FieldErrors, refuseFields } from '../platform/refusal.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { render } from '../platform/web/render.ts';
import { queryOf, readFilter, typedIn } from './receipt-filter.ts';
import { narrow } from './receipt-search.store.ts';
import { readTicked } from './review-batch.ts';
import { newReviewBatchPage, reviewBatchPage, reviewProgress } from './review-batches.pages.ts';
import { batchOfForm, countReviews, leftOutOf, readReviewBatch, receiptsToReview } from './review-batches.store.ts';
import { runReviewBatch } from './run-review-batch.ts';
import { startReviewBatch } from './start-review-batch.ts';

/** So few are reviewed before the answer, so that it can say at once what came of it. */
const DONE_AT_ONCE = 100;

const batchForm = z.strictObject({
  receipt: z.union([z.string(), z.array(z.string())]).optional(),
  /** All that the filter shows, instead of what is ticked. */
  all: z.literal('yes').optional(),
  query: z.string().max(2000).default(''),
  note: z.string().default(''),
  /** The newest receipt that was there when the form was made: later ones nobody has seen. */
  newest: z.coerce.number().int().min(0).default(0),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** Many receipts reviewed in one press: what is ticked in the list, or all that it shows. */
export function reviewBatchesRoutes(parts: { db: Db; clock: Clock; log: Logger }): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.newReviewBatch(), may('receipts.review'), async (req, res) => {
    const typed = typedIn((name) => queryText(req, name));
    // The list says what is wrong with the filter; nothing is approved by half of it.
    if (Object.keys(readFilter(typed).errors).length > 0) return res.redirect(303, withQuery(paths.receipts(), typed));
    await showAll(db, res, { typed, form: {}, errors: {} });
  });

  router.post(paths.reviewBatches(), may('receipts.review'), async (req, res) => {
    const form = readForm(batchForm, req);
    const typed = Object.fromEntries(new URLSearchParams(form.typed.query ?? ''));
    if (!form.ok) return showAll(db, res, { typed, form: form.typed, errors: form.errors });
    const { all, note, newest, submissionId } = form.values;
    const done = await batchOfForm(db, submissionId);
    if (done) return res.redirect(303, paths.reviewBatch(done));
    const back = withQuery(paths.receipts(), queryOf(typed));
    const receiptIds = all ? await allOf(db, typed, newest) : readTicked((req.body as { receipt?: unknown }).receipt);
    if (receiptIds.length === 0) {
      req.session.flash = { tone: 'warn', text: 'No receipt was ticked, or none waits for a review any more.' };
      return res.redirect(303, back);
    }
    try {
      const id = await startReviewBatch(parts, { receiptIds, note, back, submissionId, actor: actorOf(req, res) });
      const running = runReviewBatch(parts, id);
      if (receiptIds.length <= DONE_AT_ONCE) await running;
      res.redirect(303, paths.reviewBatch(id));
    } catch (error) {
      await showAll(db, res, { typed, form: form.typed, errors: fieldErrorsOf(error) });
    }
  });

  router.get(paths.reviewBatch(':id'), may('receipts.review'), async (req, res) => {
    const batch = await readBatchOf(db, req);
    const [counts, leftOut] = await Promise.all([countReviews(db, batch.id), leftOutOf(db, batch.id)]);
    render(res, reviewBatchPage(batch, counts, leftOut));
  });

  router.get(paths.reviewBatchProgress(':id'), may('receipts.review'), async (req, res) => {
    const batch = await readBatchOf(db, req);
    res.json(reviewProgress(batch, await countReviews(db, batch.id)));
  });

  return router;
}

function readBatchOf(db: Db, req: Request) {
  return readReviewBatch(db, String(req.params.id));
}

/** Errors: `fields-invalid` (422) for a filter of which a part cannot be used. */
async function allOf(db: Db, typed: Record<string, string>, newest: number): Promise<string[]> {
  const { filter, errors } = readFilter(typed);
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
  const { timeZone } = await readCompany(db);
  return (await receiptsToReview(db, await narrow(db, filter), { zone: timeZone, newest })).ids;
}

async function showAll(
  db: Db,
  res: Response,
  given: { typed: Record<string, string>; form: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const { filter, errors } = readFilter(given.typed);
  const { timeZone } = await readCompany(db);
  const { totals, isCut, newest } = await receiptsToReview(db, await narrow(db, filter), { zone: timeZone });
  const page = newReviewBatchPage({
    newest,
    totals,
    isCut,
    query: queryOf(given.typed, errors),
    submissionId: isId(given.form.submissionId, 'req') ? given.form.submissionId : newId('req'),
    typed: given.form,
    errors: given.errors,
  });
  render(res, page, Object.keys(given.errors).length > 0 ? 422 : 200);
}
