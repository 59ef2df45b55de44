import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, Router } from 'express';
import { readCompany } from '../company/company.store.ts';
import { plainAmount } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import { csvText } from '../platform/csv.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { addDays, dayInZone, startOfDayIso } from '../platform/show-time.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { depositsHeldPage, MOST_SHOWN } from './deposits-held.pages.ts';
import { bookedBefore, type HeldRow, heldBefore, heldInPieces, totalsBefore } from './deposits-held.store.ts';

const COLUMNS = ['held_on', 'customer_number', 'customer_name', 'deposit_no', 'order_reference', 'currency', 'held'];

/** What is held for customers at the end of a day: on the screen, on paper and as a file. */
export function depositsHeldRoutes({ db, clock }: { db: Db; clock: Clock }): Router {
  const router = Router();

  /** The day asked for, and the moment at which it ends in the company's zone. */
  async function readDay(req: Request) {
    const { timeZone } = await readCompany(db);
    const today = dayInZone(nowIso(clock), timeZone);
    const typed = queryText(req, 'on') || today;
    const known = isDay(typed) && typed <= today;
    const on = known ? typed : today;
    const endsIso = startOfDayIso(addDays(on, 1), timeZone);
    const errors = known ? {} : { on: 'Choose a day that has begun.' };
    return { on, endsIso, typed, errors };
  }

  router.get(paths.depositsHeld(), may('deposits.read'), async (req, res) => {
    const { on, endsIso, typed, errors } = await readDay(req);
    const [rows, totals, booked] = await Promise.all([
      heldBefore(db, endsIso, MOST_SHOWN + 1),
      totalsBefore(db, endsIso),
      bookedBefore(db, endsIso),
    ]);
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    render(res, depositsHeldPage({ on, rows, totals, booked, typed: { on: typed }, errors }), status);
  });

  router.get(paths.depositsHeldCsv(), may('deposits.read'), async (req, res) => {
    const { on, endsIso, errors } = await readDay(req);
    // A file of another day than the one asked for would go into the books unnoticed.
    if (Object.keys(errors).length > 0) throw refuseFields(errors);
    res.type('text/csv').attachment(`deposits-held-${on}.csv`);
    await pipeline(Readable.from(csvOf(heldInPieces(db, endsIso), on)), res);
  });

  return router;
}

async function* csvOf(pieces: AsyncIterable<HeldRow[]>, on: string): AsyncGenerator<string> {
  yield csvText([COLUMNS]);
  for await (const rows of pieces) if (rows.length > 0) yield csvText(rows.map((row) => cellsOf(row, on)));
}

function cellsOf(row: HeldRow, on: string): string[] {
  return [
    on,
    row.customerNumber,
    row.customerName,
    row.number,
    row.orderReference,
    row.currency,
    plainAmount({ amountMinor: row.heldMinor, currency: row.currency }),
  ];
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}
