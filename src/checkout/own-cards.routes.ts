import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Actor } from '../audit/record.ts';
import { cardsOf, findCard } from '../cards/cards.store.ts';
import { chargeableCard } from '../cards/chargeable-card.ts';
import { removeCard } from '../cards/remove-card.ts';
import { linkState } from '../links/link.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { Refusal } from '../platform/refusal.ts';
import { queryText } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { PROOF_LIVES_MS } from './access-code.ts';
import type { Setting } from './checkout.pages.ts';
import { accessCodePage, ownCardsPage } from './own-cards.pages.ts';
import { provenUntil, receiptsOfCustomer } from './own-cards.store.ts';
import { proveAccess } from './prove-access.ts';
import { sendAccessCode } from './send-access-code.ts';
import { linkReader } from './with-link.ts';

const PROOF_COOKIE = 'portal-proof';

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

  router.get(
    paths.payCards(':token'),
    withLink(async (req, res, setting) => {
      const until = await provenBy(req, setting);
      if (!until) return render(res, accessCodePage(setting));
      const { id: customerId } = setting.found.customer;
      const [cards, receipts, gone] = await Promise.all([
        cardsOf(db, customerId),
        receiptsOfCustomer(db, customerId),
        findCard(db, queryText(req, 'removed')),
      ]);
      const removed = gone?.customerId === customerId && gone.removedAt ? gone : undefined;
      render(res, ownCardsPage(setting, { cards, receipts, until, removed, linkTokens }));
    }),
  );

  router.post(
    paths.payRemoveCard(':token', ':cardId'),
    withProof(async (req, res, setting) => {
      const cardId = String(req.params.cardId);
      await removeCard(parts, { cardId, customerId: setting.found.customer.id, actor: payerOf(req, setting) });
      res.redirect(303, `${paths.payCards(setting.token)}?removed=${encodeURIComponent(cardId)}`);
    }),
  );

  /** Who may pay with which card is settled here; no page offers it until a payment can begin with a saved card. */
  router.post(
    paths.payWithCard(':token', ':cardId'),
    withProof(async (req, _res, setting) => {
      const { link, customer } = setting.found;
      const cardId = String(req.params.cardId);
      const actor = payerOf(req, setting);
      await chargeableCard(parts, { cardId, customerId: customer.id, accountId: link.accountId, actor });
      throw new Refusal('not-offered', 409, 'Paying with a saved card is not offered here. You were not charged.');
    }),
  );

  return router;
}

/** The value of one cookie; empty where there is none. */
function cookieOf(req: Request, name: string): string {
  const pair = (req.get('cookie') ?? '').split(/; */).find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? '';
}
