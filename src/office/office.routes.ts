import { Router } from 'express';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { can, may, type SignedIn } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { render } from '../platform/web/render.ts';
import { readDesk } from '../reconcile/desk.store.ts';
import { homeLine } from '../reconcile/reconcile.pages.ts';
import { homePage } from './home.pages.ts';
import { endingLinks, readAttention, readSetUp, recentPayments } from './home.store.ts';

/** What staff see first. */
export function officeRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.home(), may('home.read'), async (_req, res) => {
    const { role } = res.locals.person as SignedIn;
    const [attention, links, payments, setUp] = await Promise.all([
      readAttention(parts),
      endingLinks(parts),
      recentPayments(parts),
      readSetUp(parts.db),
    ]);
    const { timeZone } = await readCompany(parts.db);
    const books = can(role, 'reconcile.read') ? homeLine(await readDesk(parts.db), timeZone) : undefined;
    render(res, homePage(role, { attention, links, payments, setUp, books }, parts.clock.now()));
  });

  return router;
}
