import { Router } from 'express';
import { listAccounts } from '../accounts/accounts.store.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { dayInZone } from '../platform/show-time.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { dashboardPage } from './dashboard.pages.ts';
import { currenciesInUse, figuresOf, outstandingByAge } from './dashboard.store.ts';
import { readChoice } from './dashboard-choice.ts';
import { busiestCurrency } from './dashboard-sums.ts';

/** How the money comes in: of one currency at a time. */
export function dashboardRoutes(parts: { db: Db; clock: Clock }): Router {
  const { db, clock } = parts;
  const router = Router();

  router.get(paths.dashboard(), may('reports.read'), async (req, res) => {
    const { timeZone: zone } = await readCompany(db);
    const today = dayInZone(nowIso(clock), zone);
    const choice = readChoice((name) => queryText(req, name), today);
    const [{ figures, complete, asOf }, accounts, currencies] = await Promise.all([
      figuresOf(parts, { from: choice.from, to: choice.to, zone }),
      listAccounts(db),
      currenciesInUse(db),
    ]);
    const currency = choice.currency ?? busiestCurrency(figures) ?? currencies[0] ?? 'EUR';
    const owed = await outstandingByAge(parts, currency, today);
    render(res, dashboardPage({ choice, currency, currencies, accounts, figures, complete, asOf, owed, zone }));
  });

  return router;
}
