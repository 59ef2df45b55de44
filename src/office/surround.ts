import type { Request, RequestHandler, Response } from 'express';
import { paths } from '../paths.ts';
import { can, type SignedIn } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Surroundings } from '../platform/web/render.ts';
import { ABSOLUTE_MS, takeFlash } from '../platform/web/sessions.ts';
import { findPerson } from '../staff/staff.store.ts';
import { navFor } from './nav.ts';
import { readFrameFacts } from './surround.store.ts';

/**
 * Everything behind it is for people signed in: puts the person and what the frame of a page shows on the response.
 * Nobody signed in: a page sends them to sign in and back, anything else gets 401.
 */
export function surroundOffice(parts: { db: Db; clock: Clock }): RequestHandler {
  return async (req, res, next) => {
    const person = await personOfSession(parts, req);
    if (!person) return sendToSignIn(req, res);
    res.locals.person = person;
    const { openCases, unreviewedReceipts, waitingRefunds, testMode } = await readFrameFacts(parts.db);
    const receipts = can(person.role, 'receipts.review') ? unreviewedReceipts : 0;
    const refunds = can(person.role, 'refunds.approve') ? waitingRefunds : 0;
    const flash = takeFlash(req);
    res.locals.surroundings = {
      ...(res.locals.surroundings as Surroundings),
      person,
      csrf: req.session.csrf ?? '',
      nav: navFor(person.role, req.path, { cases: openCases, receipts, refunds }),
      testMode,
      ...(flash ? { flash } : {}),
    } satisfies Surroundings;
    next();
  };
}

/** Asked anew at each request, so that disabling somebody or changing their role works at once. */
async function personOfSession({ db, clock }: { db: Db; clock: Clock }, req: Request): Promise<SignedIn | undefined> {
  const { personId, signedInAt, epoch } = req.session;
  if (!personId || !signedInAt) return undefined;
  const person = await findPerson(db, personId);
  const tooOld = clock.now().getTime() - Date.parse(signedInAt) >= ABSOLUTE_MS;
  if (!person || person.disabledAt || person.sessionEpoch !== epoch || tooOld) {
    await new Promise<void>((done, fail) => {
      req.session.destroy((error) => (error ? fail(error) : done()));
    });
    return undefined;
  }
  return { id: person.id, name: person.name, email: person.email, role: person.role };
}

function sendToSignIn(req: Request, res: Response): void {
  if (req.accepts(['html', 'json']) !== 'html') {
    throw new Refusal('sign-in-first', 401, 'Please sign in first.');
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    // What was typed is not kept: the page says so, rather than leaving people to believe that it was saved.
    res.redirect(303, req.path === paths.signOut() ? paths.signIn() : `${paths.signIn()}?ended=1`);
    return;
  }
  const back = req.originalUrl === '/' ? '' : `?next=${encodeURIComponent(req.originalUrl)}`;
  res.redirect(303, `${paths.signIn()}${back}`);
}
