import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { listAccounts } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeReviewNote } from './change-review-note.ts';
import { exportReceipts } from './export-receipts.ts';
import type { ReceiptParts } from './issue-receipt.ts';
import { receiptNumber } from './receipt.ts';
import { FILTER_FIELDS, readFilter } from './receipt-filter.ts';
import { currenciesOfReceipts, listReceipts, totalReceipts } from './receipt-list.store.ts';
import { receiptFileName, receiptPdf } from './receipt-pdf.ts';
import { receiptPage, receiptsPage } from './receipts.pages.ts';
import { disputesOfReceipt, lettersOfReceipt, nextToReview, readReceipt } from './receipts.store.ts';
import { resendReceipt } from './resend-receipt.ts';
import { reviewReceipt } from './review-receipt.ts';
import { withdrawReview } from './withdraw-review.ts';

const reviewForm = z.strictObject({
  intent: z.enum(['review', 'note', 'withdraw']).default('review'),
  note: z.string().default(''),
  reviewedAt: z.string().max(40).default(''),
});
const resendForm = z.strictObject({
  to: z.string().max(3000, 'This is too long.'),
  sendId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** The office's pages on receipts: for accountants to review and export, for all to look at and send again. */
export function receiptsRoutes(parts: ReceiptParts): Router {
  const { db, clock } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.receipts(), may('receipts.read'), async (req, res) => {
    const { filter, typed, errors } = filterOf(req);
    const before = queryText(req, 'before') || undefined;
    const { timeZone: zone } = await readCompany(db);
    const [page, totals, accounts, currencies] = await Promise.all([
      listReceipts(db, filter, { zone, before }),
      totalReceipts(db, filter, zone),
      listAccounts(db),
      currenciesOfReceipts(db),
    ]);
    const shown = { page, totals, filter, before, accounts, currencies, typed, errors };
    render(res, receiptsPage(shown), Object.keys(errors).length > 0 ? 422 : 200);
  });

  router.get(paths.receiptsCsv(), may('receipts.export'), async (req, res) => {
    const { filter, errors } = filterOf(req);
    // A file of other days than those asked for would go into the books unnoticed.
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    const { timeZone: zone } = await readCompany(db);
    res.type('text/csv').attachment(`receipts-${dayInZone(nowIso(clock), zone)}.csv`);
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
    const actor = actorOf(req, res);
    const { intent, note, reviewedAt } = values;
    try {
      if (intent === 'review') await reviewReceipt(parts, { receiptId: idOf(req), note, actor });
      if (intent === 'note') await changeReviewNote(parts, { receiptId: idOf(req), note, actor });
      if (intent === 'withdraw') await withdrawReview(parts, { receiptId: idOf(req), reviewedAt, actor });
    } catch (error) {
      return showRefused(parts, res, idOf(req), { error, typed });
    }
    const said = { review: 'Reviewed.', note: 'The note is changed.', withdraw: 'The review is taken back.' };
    req.session.flash = { tone: 'ok', text: said[intent] };
    res.redirect(303, paths.receipt(idOf(req)));
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

function filterOf(req: Request) {
  return readFilter(Object.fromEntries(FILTER_FIELDS.map((name) => [name, queryText(req, name)])));
}

/** The page again with what a verb refused, where that is about the form; other errors go on. */
async function showRefused(
  parts: ReceiptParts,
  res: Response,
  id: string,
  { error, typed }: { error: unknown; typed: Record<string, string> },
): Promise<void> {
  if (!(error instanceof Refusal) || (error.status !== 422 && error.status !== 409)) throw error;
  const errors = error.status === 422 ? error.fields : { form: error.message };
  await showReceipt(parts, res, id, { typed, errors }, error.status);
}

async function showReceipt(
  { db }: ReceiptParts,
  res: Response,
  id: string,
  given?: { typed: Record<string, string>; errors: FieldErrors },
  status = given ? 422 : 200,
): Promise<void> {
  const receipt = await readReceipt(db, id);
  const [letters, history, next, disputes] = await Promise.all([
    lettersOfReceipt(db, id),
    auditOf(db, id),
    nextToReview(db, id),
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
    receiptPage({ receipt, letters, history, disputes, next, sendId, typed, errors: given?.errors ?? {} }),
    status,
  );
}
