import { Router } from 'express';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { render } from '../platform/web/render.ts';
import { homePage } from './home.pages.ts';

/** What staff see first. */
export function officeRoutes(_parts: { db: Db; clock: Clock }): Router {
  const router = Router();
  router.get(paths.home(), may('home.read'), (_req, res) => {
    render(res, homePage());
  });
  return router;
}
