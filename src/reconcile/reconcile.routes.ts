import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { accountLabel } from '../accounts/account.ts';
import { listAccounts, readAccount } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { chooseOwner } from './choose-owner.ts';
import { continueRun } from './continue-run.ts';
import { readDesk, readProgress } from './desk.store.ts';
import { differencesOfRun, openDifferences } from './differences.store.ts';
import { deskPage, runPage } from './reconcile.pages.ts';
import { listRuns, readRun } from './runs.store.ts';
import { differencesOwner, possibleOwners } from './settings.store.ts';
import { startRun } from './start-run.ts';

const runForm = z.strictObject({ scope: z.enum(['new', 'all'], 'Choose what to look at.') });
const ownerForm = z.strictObject({ ownerId: z.string().max(60) });

/** The desk where books are held against the gateways. */
export function reconcileRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();

  router.get(paths.reconcile(), may('reconcile.read'), (req, res) => showDesk(parts, req, res));

  router.get(paths.reconcileProgress(), may('reconcile.read'), async (_req, res) => {
    const progress = await readProgress(db);
    res.json(progress ? { state: 'running', done: progress.looked, total: progress.expected } : { state: 'done' });
  });

  router.post(paths.reconcileRuns(), may('reconcile.run'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(runForm, req);
    if (!ok) return showDesk(parts, req, res, { typed, errors });
    const actor = actorOf(req, res);
    const ids: string[] = [];
    for (const { id: accountId } of await listAccounts(db)) {
      ids.push(await startRun(parts, { accountId, scope: values.scope, actor }));
    }
    void continueAll(parts, ids);
    res.redirect(303, paths.reconcile());
  });

  router.get(paths.reconcileRun(':id'), may('reconcile.read'), async (req, res) => {
    const run = await readRun(db, String(req.params.id));
    const [account, found] = await Promise.all([readAccount(db, run.accountId), differencesOfRun(db, run.id)]);
    render(res, runPage(run, { found, account: { id: account.id, label: accountLabel(account) } }));
  });

  router.post(paths.reconcileOwner(), may('reconcile.run'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(ownerForm, req);
    if (!ok) return showDesk(parts, req, res, { typed, errors });
    try {
      await chooseOwner(parts, { ownerId: values.ownerId, actor: actorOf(req, res) });
    } catch (error) {
      return showDesk(parts, req, res, { typed, errors: fieldErrorsOf(error) });
    }
    req.session.flash = { tone: 'ok', text: 'Saved. It holds for what is found from now on.' };
    res.redirect(303, paths.reconcile());
  });

  return router;
}

/** One account after the other; where one stops, the job goes on with it. */
async function continueAll(parts: PaymentParts, ids: string[]): Promise<void> {
  for (const id of ids) while (await continueRun(parts, id));
}

async function showDesk(
  parts: PaymentParts,
  req: Request,
  res: Response,
  form?: { typed: Record<string, string>; errors: FieldErrors },
): Promise<void> {
  const { db } = parts;
  const before = queryText(req, 'before') || undefined;
  const [desk, open, runs, progress, owner, owners, { timeZone }] = await Promise.all([
    readDesk(db),
    openDifferences(db),
    listRuns(db, before),
    readProgress(db),
    differencesOwner(db),
    possibleOwners(db),
    readCompany(db),
  ]);
  const typed = { scope: 'new', ownerId: owner?.id ?? '', ...form?.typed };
  const page = deskPage({ desk, open, runs, before, progress, owners, timeZone, typed, errors: form?.errors ?? {} });
  render(res, page, form ? 422 : 200);
}
