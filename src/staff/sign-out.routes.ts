import { Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { signOut } from './sign-out.ts';

/** The way out; anybody who is in may go. */
export function signOutRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();
  router.post(paths.signOut(), async (req, res) => {
    await signOut(parts, actorOf(req, res));
    await new Promise<void>((done, fail) => {
      req.session.regenerate((error) => (error ? fail(error) : done()));
    });
    req.session.flash = { tone: 'ok', text: 'You are signed out.' };
    res.redirect(303, paths.signIn());
  });
  return router;
}
