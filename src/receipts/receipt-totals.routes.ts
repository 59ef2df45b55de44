import { type Request, type Response, Router } from 'express';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { type NarrowedFilter, readFilter, typedIn } from './receipt-filter.ts';
import { narrow } from './receipt-search.store.ts';
import { aboutHowMany, addUpReceipts } from './receipt-totals.store.ts';
import type { ReceiptTotal, TotalsSoFar } from './receipt-totals.ts';
import { totalShown, totalsPage } from './receipts.pages.ts';

/** So few receipts are added up while the list is made; more would hold its reader up. */
const AT_ONCE = 1000;
const LINES = 'application/x-ndjson';
const TELL_EVERY_MS = 100;

/** What exactly the filter shows adds up to: for a script that shows it grow, and as a page. */
export function receiptTotalsRoutes({ db }: { db: Db }): Router {
  const router = Router();

  router.get(paths.receiptTotals(), may('receipts.read'), async (req, res) => {
    const { filter, typed, errors } = readFilter(typedIn((name) => queryText(req, name)));
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    const { timeZone } = await readCompany(db);
    const counting = addUpReceipts(db, await narrow(db, filter), timeZone);
    if (wantsLines(req)) return tellProgress(res, counting);
    const totals = await lastOf(res, counting);
    if (totals) render(res, totalsPage(totals, typed));
  });

  return router;
}

/** The totals, where so few receipts are chosen that adding them up takes no time; else undefined. */
export async function totalsAtOnce(db: Db, filter: NarrowedFilter, zone: string): Promise<ReceiptTotal[] | undefined> {
  if ((await aboutHowMany(db, filter, zone)) > AT_ONCE) return undefined;
  for await (const { totals, done } of addUpReceipts(db, filter, zone)) if (done) return totals;
  return undefined;
}

function wantsLines(req: Request): boolean {
  return req.accepts(['html', LINES]) === LINES;
}

/** A line for each piece of news. When the reader leaves, the counting stops. */
async function tellProgress(res: Response, counting: AsyncGenerator<TotalsSoFar>): Promise<void> {
  res.type(LINES);
  let toldAtMs = 0;
  for await (const { totals, counted, expected, done } of counting) {
    if (res.closed) return;
    if (!done && Date.now() - toldAtMs < TELL_EVERY_MS) continue;
    toldAtMs = Date.now();
    res.write(`${JSON.stringify({ counted, expected, done, totals: totals.map(totalShown) })}\n`);
  }
  res.end();
}

/** Undefined when the reader has left. */
async function lastOf(res: Response, counting: AsyncGenerator<TotalsSoFar>): Promise<ReceiptTotal[] | undefined> {
  for await (const { totals, done } of counting) {
    if (res.closed) return undefined;
    if (done) return totals;
  }
  return undefined;
}
