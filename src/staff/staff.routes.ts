import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import type { QueueParts } from '../mail/queue-letter.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Config } from '../platform/config.ts';
import { Refusal } from '../platform/refusal.ts';
import { fieldErrorsOf, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeRole } from './change-role.ts';
import { disablePerson } from './disable-person.ts';
import { enablePerson } from './enable-person.ts';
import { invitePerson } from './invite-person.ts';
import { sendInvite } from './send-invite.ts';
import { emailField, nameField, roleField } from './staff.forms.ts';
import { invitePage, NOTHING_TYPED, peoplePage, personPage } from './staff.pages.ts';
import { accountHistory, listPeople, readPerson } from './staff.store.ts';
import type { LetterFrame } from './staff-letters.ts';

const inviteForm = z.strictObject({ email: emailField, name: nameField, role: roleField });
const roleForm = z.strictObject({ role: roleField });

export interface StaffParts extends QueueParts {
  config: Pick<Config, 'mailFrom' | 'baseUrl' | 'smtpUrl'>;
  letterFrame: () => Promise<LetterFrame>;
}

/** Who works here: for administrators. */
export function staffRoutes(parts: StaffParts): Router {
  const router = Router();
  const { db } = parts;
  const mayManage = may('people.manage');

  router.get(paths.people(), mayManage, async (_req, res) => {
    render(res, peoplePage(await listPeople(db)));
  });

  router.get(paths.invitePerson(), mayManage, (_req, res) => {
    render(res, invitePage({ ...NOTHING_TYPED, typed: { role: 'clerk' } }));
  });

  router.post(paths.invitePerson(), mayManage, async (req, res) => {
    const form = readForm(inviteForm, req);
    if (!form.ok) return render(res, invitePage(form), 422);
    try {
      const person = await invitePerson(parts, form.values, await parts.letterFrame(), actorOf(req, res));
      say(req, `${person.name} is invited. ${whereTheLetterIs(parts)}`);
      res.redirect(303, paths.person(person.id));
    } catch (error) {
      render(res, invitePage({ typed: form.typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  router.get(paths.person(':id'), mayManage, async (req, res) => {
    await showPerson(parts, req, res);
  });

  router.post(paths.person(':id'), mayManage, async (req, res) => {
    const form = readForm(roleForm, req);
    if (!form.ok) return showPerson(parts, req, res, form.errors, 422);
    await deed(parts, req, res, 'The role is changed, and open sessions are ended.', (id) =>
      changeRole(parts, id, form.values.role, actorOf(req, res)),
    );
  });

  router.post(paths.disablePerson(':id'), mayManage, async (req, res) => {
    await deed(parts, req, res, 'They are shut out, and their sessions are ended.', (id) =>
      disablePerson(parts, id, actorOf(req, res)),
    );
  });

  router.post(paths.enablePerson(':id'), mayManage, async (req, res) => {
    await deed(parts, req, res, 'They can sign in again.', (id) => enablePerson(parts, id, actorOf(req, res)));
  });

  router.post(paths.reinvitePerson(':id'), mayManage, async (req, res) => {
    const frame = await parts.letterFrame();
    await deed(parts, req, res, `A new invitation is made. ${whereTheLetterIs(parts)}`, (id) =>
      sendInvite(parts, id, frame, actorOf(req, res)),
    );
  });

  return router;
}

/** Does it and shows the person again; a rule that stands against it is said on the same page. */
async function deed(
  parts: StaffParts,
  req: Request,
  res: Response,
  done: string,
  run: (id: string) => Promise<void>,
): Promise<void> {
  const id = String(req.params.id);
  try {
    await run(id);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 409) throw error;
    return showPerson(parts, req, res, { form: error.message }, 409);
  }
  say(req, done);
  res.redirect(303, paths.person(id));
}

async function showPerson(
  { db }: StaffParts,
  req: Request,
  res: Response,
  errors: Record<string, string> = {},
  status = 200,
): Promise<void> {
  const person = await readPerson(db, String(req.params.id));
  const history = await accountHistory(db, person.id);
  render(res, personPage(person, { history, errors, isOneself: person.id === res.locals.person.id }), status);
}

function say(req: Request, text: string): void {
  req.session.flash = { tone: 'ok', text };
}

function whereTheLetterIs({ config }: StaffParts): string {
  return config.smtpUrl
    ? 'The letter is on its way; the mailbox tells what became of it.'
    : 'No mail server is set up: open the letter in the mailbox and pass its link on.';
}
