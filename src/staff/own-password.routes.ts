import { Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeOwnPassword } from './change-own-password.ts';
import type { Person } from './person.ts';
import { beginSession } from './sign-in.routes.ts';
import { newPasswordFields, sameTwice } from './staff.forms.ts';
import { NOTHING_TYPED, ownPasswordPage } from './staff.pages.ts';

const ownPasswordForm = sameTwice(
  z.strictObject({
    current: z.string().min(1, 'Enter the password that you have now.').max(1000, 'This is not your password.'),
    ...newPasswordFields,
  }),
);

/** Everybody's own password. */
export function ownPasswordRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.ownPassword(), may('own-password.change'), (_req, res) => {
    render(res, ownPasswordPage(NOTHING_TYPED));
  });

  router.post(paths.ownPassword(), may('own-password.change'), async (req, res) => {
    const form = readForm(ownPasswordForm, req);
    if (!form.ok) return render(res, ownPasswordPage(form), 422);
    let person: Person;
    try {
      person = await changeOwnPassword(parts, form.values, actorOf(req, res));
    } catch (error) {
      return render(res, ownPasswordPage({ typed: {}, errors: fieldErrorsOf(error) }), 422);
    }
    await beginSession(req, person, parts.clock);
    req.session.flash = { tone: 'ok', text: 'Your password is changed. You are signed out everywhere else.' };
    res.redirect(303, paths.ownPassword());
  });

  return router;
}
