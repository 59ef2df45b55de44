import { Router } from 'express';
import { paths } from '../paths.ts';
import { may, type SignedIn } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { render } from '../platform/web/render.ts';
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
    render(res, homePage(role, { attention, links, payments, setUp }, parts.clock.now()));
  });

  return router;
}
