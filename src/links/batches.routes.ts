import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { readInvoiceFilter } from '../invoices/invoice-filter.ts';
import { owedInvoiceIds } from '../invoices/invoices.store.ts';
import { paths } from '../paths.ts';
import { readPayables } from '../payables/payables.store.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { returnPath } from '../staff/return-path.ts';
import { BATCH_WAYS } from './batch.ts';
import { batchesPage, batchPage, progressAnswer, sendLinksPage } from './batches.pages.ts';
import { countsOf, itemsOf, listBatches, readBatch } from './batches.store.ts';
import { readCandidates } from './candidates.store.ts';
import { EXPIRY_CHOICES } from './link-expiry.ts';
import { MOST_SELECTED, readSelection } from './selection.ts';
import { type BatchParts, sendBatch } from './send-batch.ts';
import { LONGEST_NOTE } from './send-link.ts';
import { startBatch } from './start-batch.ts';

const batchForm = z.strictObject({
  payable: z.union([z.string(), z.array(z.string())]).optional(),
  listed: z.string().max(20_000),
  per: z.enum(BATCH_WAYS, 'Choose one of the two.'),
  expiry: z.enum(EXPIRY_CHOICES, 'Choose how long the links can be used.'),
  note: z.string().trim().max(LONGEST_NOTE, `A note has at most ${LONGEST_NOTE} characters.`),
  sendId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
  from: z.string().max(2000),
});

export interface BatchesParts extends BatchParts {
  /** Deposits that were asked for and fit the filter in an address; they stand above links on the stair. */
  owedDeposits(textOf: (name: string) => string, most: number): Promise<string[]>;
}

/** The office's pages on links that are sent together: look, send, follow. */
export function batchesRoutes(parts: BatchesParts): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.sendLinks(), may('links.issue'), async (req, res) => {
    const from = returnPath(queryText(req, 'from') || paths.invoices());
    const ids = await idsWanted(parts, req);
    if (ids.length === 0) {
      req.session.flash = { tone: 'warn', text: 'Tick the invoices or deposits that links are to be sent for.' };
      return res.redirect(303, from);
    }
    const typed = { per: 'document', expiry: 'after-due', note: '', from };
    await showCandidates(parts, res, { ids, typed, errors: {} });
  });

  router.get(paths.linkBatches(), may('links.read'), async (req, res) => {
    const before = queryText(req, 'before') || undefined;
    render(res, batchesPage(await listBatches(db, before), before));
  });

  router.post(paths.linkBatches(), may('links.issue'), async (req, res) => {
    const form = readForm(batchForm, req);
    const { payable, listed } = req.body as { payable?: unknown; listed?: unknown };
    const ticked = readSelection(payable);
    const again = { ids: readSelection(listed), tickedIds: ticked, typed: form.typed };
    if (!form.ok) return showCandidates(parts, res, { ...again, errors: form.errors });
    try {
      const { per, expiry, note, sendId } = form.values;
      const actor = actorOf(req, res);
      const id = await startBatch(parts, { payableIds: ticked, per, expiry, note, sendId, actor });
      void sendBatch(parts, id);
      res.redirect(303, paths.linkBatch(id));
    } catch (error) {
      await showCandidates(parts, res, { ...again, errors: fieldErrorsOf(error) });
    }
  });

  router.get(paths.linkBatch(':id'), may('links.read'), async (req, res) => {
    const batch = await readBatch(db, String(req.params.id));
    const [counts, items] = await Promise.all([countsOf(db, batch.id), itemsOf(db, batch.id)]);
    const payables = await readPayables(db, [...new Set(items.flatMap((item) => item.payableIds))]);
    render(res, batchPage(batch, counts, items, payables));
  });

  router.get(paths.linkBatchProgress(':id'), may('links.read'), async (req, res) => {
    const batch = await readBatch(db, String(req.params.id));
    res.json(progressAnswer(batch, await countsOf(db, batch.id)));
  });

  return router;
}

/** What was ticked in a list, or all that fits its filter: one more than can be sent tells that there are more. */
async function idsWanted({ db, clock, owedDeposits }: BatchesParts, req: Request): Promise<string[]> {
  const textOf = (name: string) => queryText(req, name);
  switch (textOf('all')) {
    case 'invoices': {
      const { timeZone } = await readCompany(db);
      return owedInvoiceIds(db, readInvoiceFilter(textOf, dayInZone(nowIso(clock), timeZone)), MOST_SELECTED + 1);
    }
    case 'deposits':
      return owedDeposits(textOf, MOST_SELECTED + 1);
    default:
      return readSelection(req.query.payable);
  }
}

async function showCandidates(
  parts: BatchParts,
  res: Response,
  given: { ids: string[]; tickedIds?: string[]; typed: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const candidates = await readCandidates(parts, given.ids.slice(0, MOST_SELECTED));
  if (candidates.length === 0) throw new Refusal('nothing-selected', 422, 'None of these invoices or deposits exists.');
  const page = sendLinksPage({
    candidates,
    tickedIds: given.tickedIds,
    isCut: given.ids.length > MOST_SELECTED,
    back: returnPath(given.typed.from || paths.invoices()),
    sendId: isId(given.typed.sendId, 'req') ? given.typed.sendId : newId('req'),
    typed: given.typed,
    errors: given.errors,
  });
  render(res, page, Object.keys(given.errors).length > 0 ? 422 : 200);
}
