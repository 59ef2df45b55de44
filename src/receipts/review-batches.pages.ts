import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { receiptNumber } from './receipt.ts';
import type { ReceiptTotal } from './receipt-totals.ts';
import { MOST_REVIEWED, type ReviewBatch } from './review-batch.ts';
import type { ReviewCounts } from './review-batches.store.ts';

/** What is looked at before all receipts of a choice are reviewed. */
export function newReviewBatchPage(form: {
  totals: ReceiptTotal[];
  isCut: boolean;
  newest: number;
  query: Record<string, string>;
  submissionId: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  const receipts = form.totals.reduce((sum, total) => sum + total.receipts, 0);
  return {
    view: 'receipts/review-all',
    layout: 'office' as const,
    title: 'Approve all that is shown',
    receipts,
    most: form.isCut ? MOST_REVIEWED.toLocaleString('en') : undefined,
    sums: form.totals.map((total) => ({
      receipts: total.receipts.toLocaleString('en'),
      amount: showMoneyWithCode({ amountMinor: total.grossMinor, currency: total.currency }),
    })),
    newest: form.newest,
    query: new URLSearchParams(form.query).toString(),
    back: withQuery(paths.receipts(), form.query),
    submissionId: form.submissionId,
    typed: form.typed,
    errors: form.errors,
  } satisfies Page & Record<string, unknown>;
}

/** How far a bulk review is, or what came of it. */
export function reviewBatchPage(
  batch: ReviewBatch,
  counts: ReviewCounts,
  leftOut: Array<{ id: string; number: number; reason: string }>,
) {
  const running = batch.state === 'running';
  return {
    view: 'receipts/review-batch',
    layout: 'office' as const,
    title: 'Bulk review',
    ...(running ? { refresh: 2, scripts: ['progress.js'] } : {}),
    running,
    badge: running ? { tone: 'info', text: 'Under way' } : { tone: 'ok', text: 'Done' },
    createdAt: batch.createdAt,
    note: batch.note,
    back: batch.back,
    progress: { ...reviewProgress(batch, counts), href: paths.reviewBatchProgress(batch.id) },
    leftOut: leftOut.map((one) => ({ ...one, number: receiptNumber(one.number) })),
  } satisfies Page & Record<string, unknown>;
}

/** The same for the script on the page. */
export function reviewProgress({ state, itemCount }: ReviewBatch, { approved, leftOut }: ReviewCounts) {
  return { state, done: approved + leftOut, total: itemCount, approved, leftOut };
}
