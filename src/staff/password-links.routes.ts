import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { QueueParts } from '../mail/queue-letter.ts';
import { paths } from '../paths.ts';
import { Refusal } from '../platform/refusal.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { askReset } from './ask-reset.ts';
import type { PersonTokenKind } from './issue-person-token.ts';
import { personOfToken } from './person-token.store.ts';
import { setPasswordByToken } from './set-password-by-token.ts';
import { emailField, nameField, newPasswordFields, sameTwice } from './staff.forms.ts';
import { choosePasswordPage, type FormState, forgotPage, linkOverPage, NOTHING_TYPED } from './staff.pages.ts';
import type { LetterFrame } from './staff-letters.ts';

/** An answer takes at least so long, whether a letter was written or not: time must not tell who has an account. */
const LEAST_ANSWER_MS = 150;

const forgotForm = z.strictObject({ email: emailField });
const resetForm = sameTwice(z.strictObject(newPasswordFields));
const welcomeForm = sameTwice(z.strictObject({ name: nameField, ...newPasswordFields }));

export interface PasswordLinkParts extends QueueParts {
  letterFrame: () => Promise<LetterFrame>;
}

/** Forgotten passwords and invitations: the secret in the address is the right. */
export function passwordLinkRoutes(parts: PasswordLinkParts): Router {
  const router = Router();

  router.get(paths.forgot(), (_req, res) => {
    render(res, forgotPage(NOTHING_TYPED));
  });

  router.post(paths.forgot(), async (req, res) => {
    const form = readForm(forgotForm, req);
    if (!form.ok) return render(res, forgotPage(form), 422);
    const asked = { email: form.values.email, ip: req.ip ?? '', requestId: res.locals.requestId };
    const least = new Promise((done) => setTimeout(done, LEAST_ANSWER_MS));
    try {
      await Promise.all([askReset(parts, asked, await parts.letterFrame()), least]);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 429) throw error;
      res.set('Retry-After', String(error.retryAfterSeconds));
      return render(res, forgotPage({ typed: form.typed, errors: { form: error.message } }), 429);
    }
    render(res, forgotPage(NOTHING_TYPED, form.values.email));
  });

  for (const kind of ['reset', 'invite'] as const) {
    const path = kind === 'reset' ? paths.reset(':token') : paths.welcome(':token');
    router.get(path, async (req, res) => {
      await showChoice(parts, req, res, kind, NOTHING_TYPED);
    });
    router.post(path, async (req, res) => {
      await setPassword(parts, req, res, kind);
    });
  }
  return router;
}

async function setPassword(parts: PasswordLinkParts, req: Request, res: Response, kind: PersonTokenKind) {
  const form = kind === 'invite' ? readForm(welcomeForm, req) : readForm(resetForm, req);
  if (!form.ok) return showChoice(parts, req, res, kind, form, 422);
  const given = { token: String(req.params.token), ...form.values };
  try {
    await setPasswordByToken(parts, kind, given, { ip: req.ip, requestId: res.locals.requestId });
  } catch (error) {
    if (isOver(error)) return render(res, linkOverPage(kind, error.message), 410);
    return showChoice(parts, req, res, kind, { typed: form.typed, errors: fieldErrorsOf(error) }, 422);
  }
  await new Promise<void>((done, fail) => {
    req.session.regenerate((error) => (error ? fail(error) : done()));
  });
  req.session.flash = { tone: 'ok', text: 'Your password is set. Sign in with it now.' };
  res.redirect(303, paths.signIn());
}

async function showChoice(
  parts: PasswordLinkParts,
  req: Request,
  res: Response,
  kind: PersonTokenKind,
  form: FormState,
  status = 200,
) {
  try {
    const person = await personOfToken(parts, kind, String(req.params.token));
    render(res, choosePasswordPage(kind, person, req.path, form), status);
  } catch (error) {
    if (!isOver(error)) throw error;
    render(res, linkOverPage(kind, error.message), 410);
  }
}

function isOver(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'token-invalid';
}
