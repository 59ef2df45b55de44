import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Actor } from '../audit/record.ts';
import { cardsOf, findCard } from '../cards/cards.store.ts';
import { removeCard } from '../cards/remove-card.ts';
import { linkState } from '../links/link.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { Refusal } from '../platform/refusal.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { PROOF_LIVES_MS } from './access-code.ts';
import { answerOf } from './attempt-answer.ts';
import { changedText, type Setting } from './checkout.pages.ts';
import { accessCodePage, ownCardsPage } from './own-cards.pages.ts';
import { provenUntil, receiptsOfCustomer } from './own-cards.store.ts';
import { payWithOwnCard } from './pay-with-own-card.ts';
import { proveAccess } from './prove-access.ts';
import { sendAccessCode } from './send-access-code.ts';
import { linkReader } from './with-link.ts';

const PROOF_COOKIE = 'portal-proof';

/** Refusals after which the payment page itself says how things stand. */
const LED_AWAY = ['already-paid', 'in-flight', 'link-ended'];

/**
 * A customer's own cards and receipts. The link alone shows none of them: a code goes to the address on file, and who types
 * it is known for half an hour, on this link only, by a cookie that no script reads.
 */
export function ownCardsRoutes(parts: PaymentParts): Router {
  const { db, config, linkTokens } = parts;
  const router = Router();
  const read = linkReader(parts);

  /** A link that has ended leads to its own page, which says so. */
  const withLink = (answer: (req: Request, res: Response, setting: Setting) => Promise<void>) =>
    read(async (req, res, setting) => {
      const { link, payables } = setting.found;
      if (linkState(link, payables, setting.now) === 'usable') return answer(req, res, setting);
      res.redirect(303, paths.pay(setting.token));
    }, 'pay');

  const provenBy = (req: Request, { found }: Setting) =>
    provenUntil(parts, { token: cookieOf(req, PROOF_COOKIE), link: found.link });

  const withProof = (answer: (req: Request, res: Response, setting: Setting) => Promise<void>) =>
    withLink(async (req, res, setting) => {
      if (await provenBy(req, setting)) return answer(req, res, setting);
      res.redirect(303, paths.payCards(setting.token));
    });

  const payerOf = (req: Request, { found }: Setting): Actor => ({
    kind: 'customer',
    id: found.customer.id,
    ip: req.ip,
    requestId: req.res?.locals.requestId,
  });

  router.post(
    paths.payAccessCode(':token'),
    withLink(async (req, res, setting) => {
      await sendAccessCode(parts, { found: setting.found, company: setting.company, ip: req.ip });
      res.redirect(303, paths.payCards(setting.token));
    }),
  );

  router.post(
    paths.payProof(':token'),
    withLink(async (req, res, setting) => {
      const code = z
        .string()
        .max(40)
        .catch('')
        .parse((req.body as { code?: unknown } | undefined)?.code);
      const proof = await proveAccess(parts, { link: setting.found.link, code: code.replace(/\D/g, ''), ip: req.ip });
      if (!proof) return render(res, accessCodePage(setting, { code: setting.words.card.codeWrong }), 422);
      res.cookie(PROOF_COOKIE, proof, {
        httpOnly: true,
        sameSite: 'strict',
        secure: config.baseUrl.startsWith('https:'),
        path: paths.pay(setting.token),
        maxAge: PROOF_LIVES_MS,
      });
      res.redirect(303, paths.payCards(setting.token));
    }),
  );

  /** The page, after a press that came to nothing with what is to be said of it. */
  const showCards = async (
    req: Request,
    res: Response,
    setting: Setting,
    after: { cardId?: string; message?: string; typed?: string; status?: number } = {},
  ) => {
    const until = await provenBy(req, setting);
    if (!until) return render(res, accessCodePage(setting));
    const { id: customerId } = setting.found.customer;
    const [cards, receipts, gone] = await Promise.all([
      cardsOf(db, customerId),
      receiptsOfCustomer(db, customerId),
      findCard(db, queryText(req, 'removed')),
    ]);
    const removed = gone?.customerId === customerId && gone.removedAt ? gone : undefined;
    const fields = parts.gateways.hostedFields(setting.found.account);
    render(res, ownCardsPage(setting, { cards, receipts, until, removed, linkTokens, fields, after }), after.status);
  };

  router.get(
    paths.payCards(':token'),
    withLink((req, res, setting) => showCards(req, res, setting)),
  );

  router.post(
    paths.payRemoveCard(':token', ':cardId'),
    withProof(async (req, res, setting) => {
      const cardId = String(req.params.cardId);
      await removeCard(parts, { cardId, customerId: setting.found.customer.id, actor: payerOf(req, setting) });
      res.redirect(303, `${paths.payCards(setting.token)}?removed=${encodeURIComponent(cardId)}`);
    }),
  );

  router.post(
    paths.payWithCard(':token', ':cardId'),
    withProof(async (req, res, setting) => {
      const cardId = String(req.params.cardId);
      const press = { cardId, body: req.body, ip: req.ip ?? '', userAgent: req.get('user-agent') ?? '' };
      try {
        const answer = await answerOf(parts, setting, await payWithOwnCard(parts, setting, press));
        if ('page' in answer) return res.redirect(303, answer.page);
        // The bank's question is asked by the page of a payment under way.
        if (answer.state === 'challenge') return res.redirect(303, paths.pay(setting.token));
        await showCards(req, res, setting, { cardId, message: answer.message });
      } catch (error) {
        if (!(error instanceof Refusal) || [400, 403, 404].includes(error.status)) throw error;
        if (LED_AWAY.includes(error.code)) return res.redirect(303, paths.pay(setting.token));
        const message =
          error.code === 'balance-changed' ? changedText(setting) : (error.fields.amount ?? error.message);
        const { amount } = (req.body ?? {}) as { amount?: unknown };
        const typed = typeof amount === 'string' ? { typed: amount } : {};
        await showCards(req, res, setting, { cardId, message, ...typed, status: error.status });
      }
    }),
  );

  return router;
}

/** The value of one cookie; empty where there is none. */
function cookieOf(req: Request, name: string): string {
  const pair = (req.get('cookie') ?? '').split(/; */).find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}
