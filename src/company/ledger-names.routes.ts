import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { isLedgerAccount, type LedgerAccount } from '../ledger/chart-of-accounts.ts';
import { mappingPlaces, readMappings, serviceAccounts } from '../ledger/ledger-mapping.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { type FieldErrors, notFound } from '../platform/refusal.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { ledgerNamesPage } from './ledger-names.pages.ts';
import { mapLedgerAccount, mappingFields } from './map-ledger-account.ts';

/** Where accountants say how the company's own books call the portal's ledger accounts. */
export function ledgerNamesRoutes({ db, clock }: { db: Db; clock: Clock }): Router {
  const router = Router();

  async function show(
    res: Response,
    ledgerAccount: LedgerAccount,
    given: { typed?: Record<string, string>; errors?: FieldErrors } = {},
  ): Promise<void> {
    const [places, mappings, accounts, history] = await Promise.all([
      mappingPlaces(db, ledgerAccount),
      readMappings(db, ledgerAccount),
      serviceAccounts(db),
      auditOf(db, ledgerAccount),
    ]);
    const page = ledgerNamesPage({ ledgerAccount, places, mappings, accounts, history, ...given });
    render(res, page, given.errors ? 422 : 200);
  }

  router.get(paths.mapLedgerAccount(':name'), may('ledger.map'), async (req, res) => {
    await show(res, accountOf(req));
  });

  router.post(paths.mapLedgerAccount(':name'), may('ledger.map'), async (req, res) => {
    const ledgerAccount = accountOf(req);
    const places = await mappingPlaces(db, ledgerAccount);
    const { ok, values, typed, errors } = readForm(formOf(places), req);
    if (!ok) return show(res, ledgerAccount, { typed, errors });
    const names = places.flatMap((place) => {
      const fields = mappingFields(place);
      const [code, name] = [values[fields.code], values[fields.name]];
      return code === undefined || name === undefined ? [] : { ...place, code, name };
    });
    try {
      const changed = await mapLedgerAccount({ db, clock }, { ledgerAccount, names, actor: actorOf(req, res) });
      req.session.flash = { tone: 'ok', text: changed ? 'Saved the changes.' : 'Nothing was changed.' };
      res.redirect(303, paths.ledgerAccounts());
    } catch (error) {
      await show(res, ledgerAccount, { typed, errors: fieldErrorsOf(error) });
    }
  });

  return router;
}

/** Two texts for each place; a place that appeared meanwhile may be missing and then keeps what it had. */
function formOf(places: Awaited<ReturnType<typeof mappingPlaces>>) {
  return z.strictObject(
    Object.fromEntries(
      places.flatMap((place) => Object.values(mappingFields(place)).map((field) => [field, z.string().optional()])),
    ) as Record<string, z.ZodOptional<z.ZodString>>,
  );
}

/** Errors: 404. */
function accountOf(req: Request): LedgerAccount {
  const name = String(req.params.name);
  if (!isLedgerAccount(name)) throw notFound('account of the books');
  return name;
}
