import { Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import { can, may, type SignedIn } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Db } from '../platform/database/database.ts';
import { notFound, Refusal } from '../platform/refusal.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { holdsSecretLink, type LetterKind } from './letter.ts';
import { allowLetterFrame, answerWithLetter } from './letter-frame.ts';
import { LETTER_KINDS, LETTER_STATES, letterDetailPage, mailboxPage } from './mailbox.pages.ts';
import { listLetters, readLetter } from './mailbox.store.ts';
import type { LetterRow } from './outbox.store.ts';
import { retryLetter } from './retry-letter.ts';

/** The office's mailbox: what became of every letter. */
export function mailboxRoutes({
  db,
  clock,
  config,
}: {
  db: Db;
  clock: Clock;
  config: Pick<Config, 'smtpUrl' | 'mailFrom'>;
}): Router {
  const router = Router();
  const sending = config.smtpUrl !== undefined;

  router.get(paths.mailbox(), may('mailbox.read'), async (req, res) => {
    const state = queryText(req, 'state');
    const kind = queryText(req, 'kind');
    const filter = {
      state: state in LETTER_STATES ? (state as LetterRow['state']) : undefined,
      kind: kind in LETTER_KINDS ? (kind as LetterKind) : undefined,
      before: queryText(req, 'before') || undefined,
    };
    render(res, mailboxPage(await listLetters(db, filter), filter, { sending }));
  });

  router.get(paths.letter(':id'), may('mailbox.read'), async (req, res) => {
    const letter = await letterOf(db, String(req.params.id));
    const mayReadSecrets = maySeeSecrets(res.locals.person);
    allowLetterFrame(res);
    render(res, letterDetailPage(letter, { sending, mailFrom: config.mailFrom, mayReadSecrets }));
  });

  router.get(paths.letterBody(':id'), may('mailbox.read'), async (req, res) => {
    const letter = await letterOf(db, String(req.params.id));
    if (holdsSecretLink(letter.kind) && !maySeeSecrets(res.locals.person)) {
      throw new Refusal(
        'letter-hidden',
        403,
        'This letter holds a secret link or code, which only administrators may see.',
      );
    }
    answerWithLetter(res, letter.html);
  });

  router.post(paths.retryLetter(':id'), may('mailbox.retry'), async (req, res) => {
    const letterId = String(req.params.id);
    await retryLetter({ db, clock }, { letterId, actor: actorOf(req, res) });
    req.session.flash = sending
      ? { tone: 'ok', text: 'The letter is on its way again. Load this page in a moment to see what came of it.' }
      : { tone: 'warn', text: 'The letter waits again, but no mail server is configured.' };
    res.redirect(303, paths.letter(letterId));
  });

  return router;
}

async function letterOf(db: Db, id: string) {
  const letter = await readLetter(db, id);
  if (!letter) throw notFound('letter');
  return letter;
}

function maySeeSecrets(person: SignedIn): boolean {
  return can(person.role, 'people.manage');
}
