import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { CardSetup } from '../cards/card-setup.ts';
import { findSetupBySubmission } from '../cards/card-setups.store.ts';
import { lookAtSetup, setupAnswer } from '../cards/setup-answer.ts';
import { startSetup } from '../cards/start-setup.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { Refusal } from '../platform/refusal.ts';
import type { Setting } from './checkout.pages.ts';
import { linkReader } from './with-link.ts';

const submission = z.strictObject({
  submissionId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/),
  confirmationToken: z.string().regex(/^[A-Za-z0-9_]{8,255}$/),
});

/** What a customer does with a link that asks for a card. */
export function saveCardRoutes(parts: PaymentParts): Router {
  const router = Router();
  const withLink = linkReader(parts);

  const answer = async (res: Response, { token, words }: Setting, setup: CardSetup) => {
    const around = {
      page: paths.pay(token),
      attempt: paths.payCardSetup(token, setup.submissionId),
      words: words.card,
    };
    res.json(await setupAnswer(parts, setup, around));
  };

  router.post(
    paths.payCardSetups(':token'),
    withLink(async (req, res, setting) => {
      const given = submission.safeParse(req.body);
      if (!given.success) {
        throw new Refusal('bad-request', 400, 'The request could not be read. Please reload the page and try again.');
      }
      const setup = await startSetup(parts, {
        ...given.data,
        from: { linkId: setting.found.link.id },
        consent: { wording: setting.words.pay.consent(setting.company.tradingName), language: setting.language },
        ip: req.ip ?? '',
      });
      await answer(res, setting, setup);
    }, 'save_card'),
  );

  /** What became of a submission, as our books know it. */
  router.get(
    paths.payCardSetup(':token', ':submissionId'),
    withLink(async (req, res, setting) => answer(res, setting, await setupOf(req, setting)), 'save_card'),
  );

  /** The same after asking the gateway: when the bank's challenge has closed, or from a page that waits. */
  router.post(
    paths.payCardSetup(':token', ':submissionId'),
    withLink(async (req, res, setting) => {
      await answer(res, setting, await lookAtSetup(parts, await setupOf(req, setting)));
    }, 'save_card'),
  );

  async function setupOf(req: Request, { found }: Setting): Promise<CardSetup> {
    const setup = await findSetupBySubmission(parts.db, String(req.params.submissionId));
    if (setup?.linkId !== found.link.id) throw new Refusal('no-such-attempt', 404, 'This try did not reach us.');
    return setup;
  }

  return router;
}
