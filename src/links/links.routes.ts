import { type Request, type Response, Router } from 'express';
import QRCode from 'qrcode';
import { z } from 'zod';
import type { GatewayAccess } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { readCompany } from '../company/company.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { type BatchesParts, batchesRoutes } from './batches.routes.ts';
import { LINK_STATES, type LinkState, linkState } from './link.ts';
import { lettersOfLink, listLinks } from './link-list.store.ts';
import { linkStory, visitText } from './link-story.pages.ts';
import { triesOf, visitOf } from './link-story.store.ts';
import { linkUrl } from './link-url.ts';
import { linkPage, linksPage, sendLinkPage } from './links.pages.ts';
import { findLinkInFull } from './links.store.ts';
import { newLinkRoutes } from './new-link.routes.ts';
import { revokeLink } from './revoke-link.ts';
import { type LetterParts, LONGEST_NOTE, sendLink, splitAddresses, writeLinkLetter } from './send-link.ts';

const sendForm = z.strictObject({
  to: z.string().max(3000, 'This is too long.'),
  cc: z.string().max(3000, 'This is too long.'),
  note: z.string().trim().max(LONGEST_NOTE, `A note has at most ${LONGEST_NOTE} characters.`),
  sendId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
  intent: z.enum(['preview', 'send']).default('send'),
});

type LinksParts = BatchesParts & { config: { smtpUrl: string | undefined } };

/** The office's pages on payment links. */
export function linksRoutes(parts: LinksParts): Router {
  const { db, clock } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);
  router.use(newLinkRoutes(parts), batchesRoutes(parts));

  router.get(paths.links(), may('links.read'), async (req, res) => {
    const state = queryText(req, 'state');
    const filter = {
      state: Object.hasOwn(LINK_STATES, state) ? (state as LinkState) : undefined,
      customerId: queryText(req, 'customer') || undefined,
      search: queryText(req, 'q') || undefined,
      before: queryText(req, 'before') || undefined,
    };
    render(res, linksPage(await listLinks(db, filter, clock.now()), filter));
  });

  router.get(paths.link(':id'), may('links.read'), async (req, res) => {
    const found = await linkInFull(parts, idOf(req));
    const [letters, audit, visit, tries, { timeZone: zone }] = await Promise.all([
      lettersOfLink(db, idOf(req)),
      auditOf(db, idOf(req)),
      visitOf(db, idOf(req)),
      triesOf(db, idOf(req)),
      readCompany(db),
    ]);
    const state = linkState(found.link, found.payables, clock.now());
    const numbers = found.payables.map((payable) => payable.number);
    const story = linkStory({ link: found.link, state, numbers, audit, letters, visit, tries, zone });
    const visited = visitText(visit, zone);
    render(res, linkPage(found, { state, letters, story, visited, url: linkUrl(parts, found.link) }));
  });

  router.get(paths.linkQr(':id'), may('links.read'), async (req, res) => {
    const { link } = await linkInFull(parts, idOf(req));
    const svg = await QRCode.toString(linkUrl(parts, link), { type: 'svg', margin: 0, errorCorrectionLevel: 'L' });
    res.type('image/svg+xml').send(svg);
  });

  router.get(paths.sendLink(':id'), may('links.issue'), async (req, res) => {
    const { customer } = await linkInFull(parts, idOf(req));
    const again = (await lettersOfLink(db, idOf(req))).find((letter) => letter.id === queryText(req, 'again'));
    const typed = { to: again?.to.join(', ') ?? customer.email, cc: again?.cc.join(', ') ?? '', note: '' };
    await showSend(parts, res, idOf(req), { typed, errors: {} });
  });

  router.post(paths.sendLink(':id'), may('links.issue'), async (req, res) => {
    const form = readForm(sendForm, req);
    if (!form.ok || form.values.intent === 'preview') return showSend(parts, res, idOf(req), form);
    const { to, cc, note, sendId } = form.values;
    try {
      const order = { linkId: idOf(req), to: splitAddresses(to), cc: splitAddresses(cc), note, sendId };
      await sendLink(parts, { ...order, actor: actorOf(req, res) });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return showSend(parts, res, idOf(req), { typed: form.typed, errors: error.fields });
    }
    req.session.flash = parts.config.smtpUrl
      ? { tone: 'ok', text: 'The letter is on its way. What the mail server says stands below.' }
      : { tone: 'warn', text: 'The letter waits in the mailbox: no mail server is configured.' };
    res.redirect(303, paths.link(idOf(req)));
  });

  router.post(paths.revokeLink(':id'), may('links.issue'), async (req, res) => {
    readForm(z.strictObject({}), req);
    await revokeLink(parts, { linkId: idOf(req), actor: actorOf(req, res) });
    req.session.flash = { tone: 'ok', text: 'The link is revoked. Nobody can pay with it any more.' };
    res.redirect(303, paths.link(idOf(req)));
  });

  return router;
}

async function linkInFull({ db }: Pick<GatewayAccess, 'db'>, id: string) {
  const found = await findLinkInFull(db, id);
  if (!found) throw notFound('payment link');
  return found;
}

interface Typed {
  typed: Record<string, string>;
  errors: FieldErrors;
}

/** The form for sending, beside the letter as it would be sent now. */
async function showSend(
  parts: GatewayAccess & LetterParts,
  res: Response,
  linkId: string,
  given: Typed,
): Promise<void> {
  const { found, subject, body } = await writeLinkLetter(parts, { linkId, note: given.typed.note ?? '' });
  const sendId = isId(given.typed.sendId, 'req') ? given.typed.sendId : newId('req');
  const page = sendLinkPage(found, { sendId, letter: { subject, body }, typed: given.typed, errors: given.errors });
  render(res, page, Object.keys(given.errors).length > 0 ? 422 : 200);
}
