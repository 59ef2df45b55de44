import { type Request, type Response, Router } from 'express';
import { auditOf } from '../audit/audit.store.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { queryText } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { render } from '../platform/web/render.ts';
import { aftermathOf } from './receipt-aftermath.store.ts';
import { queryOf, readFilter, typedIn } from './receipt-filter.ts';
import { narrow } from './receipt-search.store.ts';
import { readReceipt } from './receipts.store.ts';
import { queuePage } from './review-queue.pages.ts';
import { countQueue, type QueuePlace, receiptInQueue } from './review-queue.store.ts';

/** The review queue: what a filter shows, one receipt at a time, oldest first. */
export function reviewQueueRoutes({ db }: { db: Db }): Router {
  const router = Router();

  router.get(paths.receiptQueue(), may('receipts.review'), async (req, res) => {
    const typed = typedIn((name) => queryText(req, name));
    // The list says what is wrong with a filter.
    if (Object.keys(readFilter(typed).errors).length > 0) return res.redirect(303, withQuery(paths.receipts(), typed));
    const place = { at: idIn(req, 'at'), after: idIn(req, 'after'), before: idIn(req, 'before') };
    await showQueue(db, res, { typed, place });
  });

  return router;
}

function idIn(req: Request, name: string): string | undefined {
  const id = queryText(req, name);
  return isId(id, 'rcp') ? id : undefined;
}

/** A page of the queue; without a state in the filter it is of what nobody has reviewed. */
export async function showQueue(
  db: Db,
  res: Response,
  wanted: { typed: Record<string, string>; place: QueuePlace; form?: Record<string, string>; errors?: FieldErrors },
  status = 200,
): Promise<void> {
  const read = readFilter({ ...wanted.typed, state: wanted.typed.state || 'unreviewed' });
  const query = queryOf(read.typed, read.errors);
  const filter = await narrow(db, read.filter);
  const { timeZone: zone } = await readCompany(db);
  const [id, { left, isMore }] = await Promise.all([
    receiptInQueue(db, filter, { zone, ...wanted.place }),
    countQueue(db, filter, zone),
  ]);
  const shown = id === undefined ? undefined : await shownOf(db, id);
  const page = queuePage({ shown, left, isMore, query, typed: wanted.form ?? {}, errors: wanted.errors ?? {} });
  render(res, page, status);
}

/** Errors: 404. */
async function shownOf(db: Db, id: string) {
  const receipt = await readReceipt(db, id);
  const [aftermath, history] = await Promise.all([aftermathOf(db, receipt.paymentId), auditOf(db, id)]);
  return { receipt, aftermath, history };
}
