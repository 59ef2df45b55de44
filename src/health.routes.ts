import { Router } from 'express';
import { sql } from 'kysely';
import { paths } from './paths.ts';
import type { Db } from './platform/database/database.ts';

/** For what watches over the portal: `healthz` says the process lives, `readyz` that it can do its work. */
export function healthRoutes({ db }: { db: Db }): Router {
  const router = Router();
  router.get(paths.healthz(), (_req, res) => {
    res.json({ ok: true });
  });
  router.get(paths.readyz(), async (_req, res) => {
    try {
      await sql`select 1`.execute(db.read);
      res.json({ ok: true });
    } catch {
      res.status(503).set('Retry-After', '5').json({ ok: false, why: 'the database does not answer' });
    }
  });
  return router;
}
