import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { listAccounts } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import type { Actor } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import type { Logger } from '../platform/logger.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { render } from '../platform/web/render.ts';
import { changeReviewNote } from './change-review-note.ts';
import { exportReceipts } from './export-receipts.ts';
import { flagReceipt } from './flag-receipt.ts';
import type { ReceiptParts } from './issue-receipt.ts';
import { receiptNumber } from './receipt.ts';
import { aftermathOf } from './receipt-aftermath.store.ts';
import { queryOf, readFilter, typedIn } from './receipt-filter.ts';
import { currenciesOfReceipts, listReceipts } from './receipt-list.store.ts';
import { receiptFileName, receiptPdf } from './receipt-pdf.ts';
import { narrow } from './receipt-search.store.ts';
import { receiptTotalsRoutes, totalsAtOnce } from './receipt-totals.routes.ts';
import { receiptPage, receiptsPage } from './receipts.pages.ts';
import { disputesOfReceipt, lettersOfReceipt, readReceipt } from './receipts.store.ts';
import { resendReceipt } from './resend-receipt.ts';
import { reviewBatchesRoutes } from './review-batches.routes.ts';
import { reviewQueueRoutes, showQueue } from './review-queue.routes.ts';
import { reviewReceipt } from './review-receipt.ts';
import { savedViewsRoutes } from './saved-views.routes.ts';
import { viewsFor } from './saved-views.store.ts';
import { unflagReceipt } from './unflag-receipt.ts';
import { withdrawReview } from './withdraw-review.ts';

const reviewForm = z.strictObject({
  intent: z.enum(['review', 'note', 'withdraw', 'flag', 'unflag']).default('review'),
  note: z.string().default(''),
  /** What is wrong with it. */
  flag: z.string().default(''),
  /** The flag that was seen; empty for none. */
  flaggedAt: z.string().max(40).default(''),
  /** The choice of the queue that it was done in, as in an address. */
  queue: z.string().max(2000).optional(),
  reviewedAt: z.string().max(40).default(''),
});
const resendForm = z.strictObject({
  to: z.string().max(3000, 'This is too long.'),
  sendId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** The office's pages on receipts: for accountants to review and export, for all to look at and send again. */
export function receiptsRoutes(parts: ReceiptParts & { log: Logger }): Router {
  const { db, clock } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  // Before the pages of single receipts, whose address takes any word.
  router.use(reviewQueueRoutes(parts), receiptTotalsRoutes(parts), savedViewsRoutes(parts), reviewBatchesRoutes(parts));

  router.get(paths.receipts(), may('receipts.read'), async (req, res) => {
    const { typed, errors, ...read } = readFilter(typedIn((name) => queryText(req, name)));
    const filter = await narrow(db, read.filter);
    const before = queryText(req, 'before') || undefined;
    const { timeZone: zone } = await readCompany(db);
    const [page, totals, accounts, currencies, views] = await Promise.all([
      listReceipts(db, filter, { zone, before }),
      totalsAtOnce(db, filter, zone),
      listAccounts(db),
      currenciesOfReceipts(db),
      viewsFor(db, actorOf(req, res).id),
    ]);
    const submissionId = newId('req');
    const shown = { page, totals, before, accounts, currencies, views, submissionId, typed, errors };
    render(res, receiptsPage(shown), Object.keys(errors).length > 0 ? 422 : 200);
  });

  router.get(paths.receiptsCsv(), may('receipts.export'), async (req, res) => {
    const { errors, ...read } = readFilter(typedIn((name) => queryText(req, name)));
    // A file of other days than those asked for would go into the books unnoticed.
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    const { timeZone: zone } = await readCompany(db);
    res.type('text/csv').attachment(`receipts-${dayInZone(nowIso(clock), zone)}.csv`);
    const filter = await narrow(db, read.filter);
    const pieces = exportReceipts({ db }, filter, { zone, excel: queryText(req, 'excel') === '1' });
    await pipeline(Readable.from(pieces), res);
  });

  router.get(paths.receipt(':id'), may('receipts.read'), async (req, res) => {
    await showReceipt(parts, res, idOf(req));
  });

  router.get(paths.receiptPdf(':id'), may('receipts.read'), async (req, res) => {
    const receipt = await readReceipt(db, idOf(req));
    const file = await receiptPdf(receipt);
    res
      .type('application/pdf')
      .attachment(receiptFileName(receiptNumber(receipt.number)))
      .send(file);
  });

  router.post(paths.reviewReceipt(':id'), may('receipts.review'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(reviewForm, req);
    if (!ok) return showReceipt(parts, res, idOf(req), { typed, errors });
    const order = { ...values, receiptId: idOf(req), actor: actorOf(req, res) };
    const queue = values.queue === undefined ? undefined : Object.fromEntries(new URLSearchParams(values.queue));
    try {
      await DEEDS[values.intent](parts, order);
    } catch (error) {
      if (!queue) return showRefused(parts, res, idOf(req), { error, typed });
      const [refused, status] = refusedForm(error);
      return showQueue(db, res, { typed: queue, place: { at: idOf(req) }, form: typed, errors: refused }, status);
    }
    const { number } = await readReceipt(db, idOf(req));
    req.session.flash = { tone: 'ok', text: DONE[values.intent](receiptNumber(number)) };
    res.redirect(
      303,
      queue ? withQuery(paths.receiptQueue(), { ...queryOf(queue), after: idOf(req) }) : paths.receipt(idOf(req)),
    );
  });

  router.post(paths.resendReceipt(':id'), may('receipts.resend'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(resendForm, req);
    if (!ok) return showReceipt(parts, res, idOf(req), { typed, errors });
    try {
      await resendReceipt(parts, { receiptId: idOf(req), ...values, actor: actorOf(req, res) });
    } catch (error) {
      return showRefused(parts, res, idOf(req), { error, typed });
    }
    req.session.flash = { tone: 'ok', text: 'The receipt is on its way. What became of the letter stands below.' };
    res.redirect(303, paths.receipt(idOf(req)));
  });

  return router;
}

type ReviewForm = z.output<typeof reviewForm> & { receiptId: string; actor: Actor & { id: string } };

const DEEDS: Record<ReviewForm['intent'], (parts: ReceiptParts, order: ReviewForm) => Promise<void>> = {
  review: reviewReceipt,
  note: changeReviewNote,
  withdraw: withdrawReview,
  flag: (parts, order) => flagReceipt(parts, { ...order, note: order.flag }),
  unflag: unflagReceipt,
};

const DONE: Record<ReviewForm['intent'], (number: string) => string> = {
  review: (number) => `${number} is reviewed.`,
  note: (number) => `The note on ${number} is changed.`,
  withdraw: (number) => `The review of ${number} is taken back.`,
  flag: (number) => `${number} is flagged.`,
  unflag: (number) => `The flag on ${number} is taken off.`,
};

/** What a verb refused, where that is about the form, with its status; other errors go on. */
function refusedForm(error: unknown): [errors: FieldErrors, status: number] {
  if (!(error instanceof Refusal) || (error.status !== 422 && error.status !== 409)) throw error;
  return [error.status === 422 ? error.fields : { form: error.message }, error.status];
}

/** The page again with what a verb refused. */
async function showRefused(
  parts: ReceiptParts,
  res: Response,
  id: string,
  { error, typed }: { error: unknown; typed: Record<string, string> },
): Promise<void> {
  const [errors, status] = refusedForm(error);
  await showReceipt(parts, res, id, { typed, errors }, status);
}

async function showReceipt(
  { db }: ReceiptParts,
  res: Response,
  id: string,
  given?: { typed: Record<string, string>; errors: FieldErrors },
  status = given ? 422 : 200,
): Promise<void> {
  const receipt = await readReceipt(db, id);
  const [letters, history, aftermath, disputes] = await Promise.all([
    lettersOfReceipt(db, id),
    auditOf(db, id),
    aftermathOf(db, receipt.paymentId),
    disputesOfReceipt(db, receipt.paymentId),
  ]);
  const typed: Record<string, string> = {
    note: receipt.review?.note ?? '',
    to: letters[0]?.to.join(', ') ?? receipt.content.customer.email,
    ...given?.typed,
  };
  const sendId = isId(typed.sendId, 'req') ? typed.sendId : newId('req');
  render(
    res,
    receiptPage({ receipt, aftermath, letters, history, disputes, sendId, typed, errors: given?.errors ?? {} }),
    status,
  );
}
