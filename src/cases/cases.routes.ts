import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { casePage, casesPage } from './cases.pages.ts';
import { countOpenCases, listCases, notesOf, readCase } from './cases.store.ts';
import { closeCase } from './close-case.ts';
import { takeCase } from './take-case.ts';

const takeForm = z.strictObject({ owner: z.string().max(60) });
const closeForm = z.strictObject({
  resolution: z
    .string()
    .trim()
    .min(10, 'Say in a sentence what was done, so that others understand it later.')
    .max(1000, 'Please use at most 1000 characters.'),
});

/** The office's list of what needs a person. */
export function casesRoutes({ db, clock }: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.cases(), may('cases.read'), async (req, res) => {
    const closed = queryText(req, 'state') === 'closed';
    const before = queryText(req, 'before') || undefined;
    const [page, open] = await Promise.all([listCases(db, { closed, before }), countOpenCases(db)]);
    render(res, casesPage(page, { closed, before, open }));
  });

  router.get(paths.caseFile(':id'), may('cases.read'), async (req, res) => {
    const row = await caseOf(db, req);
    render(res, casePage(row, { notes: await notesOf(db, row.id) }));
  });

  router.post(paths.takeCase(':id'), may('cases.close'), async (req, res) => {
    const { id: caseId } = await caseOf(db, req);
    const form = readForm(takeForm, req);
    await takeCase({ db, clock }, { caseId, ownerSeen: form.values?.owner, actor: actorOf(req, res) });
    req.session.flash = { tone: 'ok', text: 'You own this case now.' };
    res.redirect(303, paths.caseFile(caseId));
  });

  router.post(paths.closeCase(':id'), may('cases.close'), async (req, res) => {
    const row = await caseOf(db, req);
    const { ok, values, typed, errors } = readForm(closeForm, req);
    if (!ok) return render(res, casePage(row, { notes: await notesOf(db, row.id), typed, errors }), 422);
    await closeCase({ db, clock }, { caseId: row.id, resolution: values.resolution, actor: actorOf(req, res) });
    req.session.flash = { tone: 'ok', text: `Closed: ${row.summary}` };
    res.redirect(303, paths.cases());
  });

  return router;
}

async function caseOf(db: Db, req: Request) {
  const row = await readCase(db, String(req.params.id));
  if (!row) throw notFound('case');
  return row;
}
