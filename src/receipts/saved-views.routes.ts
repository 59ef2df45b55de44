import { type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may, type SignedIn } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeView } from './change-view.ts';
import { deleteView } from './delete-view.ts';
import { saveView } from './save-view.ts';
import { tidyQuery } from './saved-view.ts';
import { savedViewsPage } from './saved-views.pages.ts';
import { viewsFor } from './saved-views.store.ts';

const newForm = z.strictObject({
  name: z.string(),
  query: z.string().max(2000).default(''),
  shared: z.literal('yes').optional(),
});
const changeForm = z.strictObject({
  intent: z.enum(['change', 'delete']).default('change'),
  name: z.string().default(''),
  shared: z.literal('yes').optional(),
});

/** The views of the list of receipts that people keep: make, rename, share, delete. */
export function savedViewsRoutes(parts: { db: Db; clock: Clock }): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.receiptViews(), may('receipts.read'), async (req, res) => {
    await showViews(db, res, { query: tidyQuery(queryText(req, 'query')), typed: {}, errors: {} });
  });

  router.post(paths.receiptViews(), may('receipts.read'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(newForm, req);
    const query = tidyQuery(typed.query ?? '');
    if (!ok) return showViews(db, res, { query, typed, errors });
    try {
      await saveView(parts, { ...values, shared: values.shared === 'yes', actor: actorOf(req, res) });
    } catch (error) {
      return showViews(db, res, { query, typed, errors: fieldErrorsOf(error) });
    }
    req.session.flash = { tone: 'ok', text: 'The view is kept: it stands above the list.' };
    res.redirect(303, query ? `${paths.receipts()}?${query}` : paths.receipts());
  });

  router.post(paths.receiptView(':id'), may('receipts.read'), async (req, res) => {
    const viewId = String(req.params.id);
    const { ok, values, typed, errors } = readForm(changeForm, req);
    if (!ok) return showViews(db, res, { query: '', typed, errors, viewId });
    const actor = actorOf(req, res);
    const { intent, name, shared } = values;
    try {
      if (intent === 'delete') await deleteView(parts, { viewId, actor });
      else await changeView(parts, { viewId, name, shared: shared === 'yes', actor });
    } catch (error) {
      return showViews(db, res, { query: '', typed, errors: fieldErrorsOf(error), viewId });
    }
    req.session.flash = { tone: 'ok', text: intent === 'delete' ? 'The view is deleted.' : 'The view is changed.' };
    res.redirect(303, paths.receiptViews());
  });

  return router;
}

async function showViews(
  db: Db,
  res: Response,
  /** With `viewId`, what was typed belongs to that view. */
  form: { query: string; typed: Record<string, string>; errors: FieldErrors; viewId?: string },
): Promise<void> {
  const { id } = res.locals.person as SignedIn;
  const status = Object.keys(form.errors).length > 0 ? 422 : 200;
  render(res, savedViewsPage(await viewsFor(db, id), form), status);
}
