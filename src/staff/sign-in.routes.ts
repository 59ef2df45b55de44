import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { paths } from '../paths.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { newFormToken } from '../platform/web/csrf.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { takeFlash } from '../platform/web/sessions.ts';
import type { Person } from './person.ts';
import { returnPath } from './return-path.ts';
import { signIn } from './sign-in.ts';
import { type FormState, NOTHING_TYPED, signInPage } from './staff.pages.ts';

const signInForm = z.strictObject({
  email: z.string().trim().min(1, 'Enter your e-mail address.').max(254, 'This is too long for an e-mail address.'),
  password: z.string().min(1, 'Enter your password.').max(1000, 'This is too long for a password.'),
  next: z.string().optional(),
});

/** The door of the office. Its forms need no token of a session: they act on none, and come from our own pages. */
export function signInRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.signIn(), (req, res) => {
    if (req.session.personId) return res.redirect(303, returnPath(req.query.next));
    showSignIn(req, res, NOTHING_TYPED, req.query.next);
  });

  router.post(paths.signIn(), async (req, res) => {
    const form = readForm(signInForm, req);
    const next = form.typed.next ?? '';
    if (!form.ok) return showSignIn(req, res, form, next, 422);
    try {
      const { email, password } = form.values;
      const person = await signIn(parts, { email, password, ip: req.ip ?? '', requestId: res.locals.requestId });
      await beginSession(req, person, parts.clock);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 503) throw error;
      if (error.retryAfterSeconds) res.set('Retry-After', String(error.retryAfterSeconds));
      return showSignIn(req, res, { typed: form.typed, errors: { form: error.message } }, next, error.status);
    }
    res.redirect(303, returnPath(next));
  });

  return router;
}

function showSignIn(req: Request, res: Response, form: FormState, next: unknown, status = 200): void {
  res.locals.surroundings = { ...res.locals.surroundings, flash: takeFlash(req) };
  const { password: _, ...typed } = form.typed;
  render(res, signInPage({ ...form, typed }, returnPath(next), queryText(req, 'ended') !== ''), status);
}

/** A new session id at each sign-in, so that nobody can plant one beforehand (OWASP session fixation). */
export async function beginSession(req: Request, person: Person, clock: Clock): Promise<void> {
  await new Promise<void>((done, fail) => {
    req.session.regenerate((error) => (error ? fail(error) : done()));
  });
  req.session.personId = person.id;
  req.session.csrf = newFormToken();
  req.session.signedInAt = nowIso(clock);
  req.session.epoch = person.sessionEpoch;
}
