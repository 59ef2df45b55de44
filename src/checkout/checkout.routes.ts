import express, { type Request, Router } from 'express';
import { z } from 'zod';
import { askForNewLink } from '../links/ask-for-new-link.ts';
import type { FetchCounts } from '../links/fetch-counts.ts';
import { linkState } from '../links/link.ts';
import { isPayersChoice } from '../links/link-terms.ts';
import { mailReplacedLink } from '../links/mail-replaced-link.ts';
import { recordOpening } from '../links/record-opening.ts';
import { paths } from '../paths.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
import { lookAgain } from '../payments/look-again.ts';
import { isInFlight } from '../payments/payment.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { cardOnFile, findAttemptBySubmission } from '../payments/payments.store.ts';
import { startPayment } from '../payments/start-payment.ts';
import { nowIso } from '../platform/clock.ts';
import { Refusal } from '../platform/refusal.ts';
import { allowGateway } from '../platform/web/headers.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import { render } from '../platform/web/render.ts';
import { answerOf } from './attempt-answer.ts';
import { changedText, endedPage, type Setting } from './checkout.pages.ts';
import { livePaymentOn, openDocuments, readDocuments } from './checkout.store.ts';
import { readTypedSum, refuseUnfitSum, sumShown } from './chosen-sum.ts';
import { ownCardsRoutes } from './own-cards.routes.ts';
import { payerPage } from './payer-page.ts';
import { saveCardRoutes } from './save-card.routes.ts';
import { startAgain } from './start-again.ts';
import { startCardAgain } from './start-card-again.ts';
import { opened, readSubmission, sumTyped, unreadable } from './submission.ts';
import { summaryPdf } from './summary-pdf.ts';
import { linkReader } from './with-link.ts';

/** Everything a payer touches. The token in the address is the right; there is no session. */
export function checkoutRoutes(parts: PaymentParts & { fetches: FetchCounts }): Router {
  const { db, clock } = parts;
  const router = Router();
  router.use('/pay', limitViews(parts.config.viewsPerMinute));
  router.post('/pay/*path', express.json({ limit: '16kb' }), express.urlencoded({ extended: false, limit: '16kb' }));

  const withLink = linkReader(parts);
  router.use(saveCardRoutes(parts), ownCardsRoutes(parts));

  router.get(
    paths.pay(':token'),
    withLink(async (req, res, setting) => {
      // HEAD comes here too; it shows nothing to anybody.
      if (req.method === 'GET') parts.fetches.count(setting.found.link.id, nowIso(clock));
      const { page, status, origins } = await payerPage(parts, setting);
      if (origins) allowGateway(res, origins);
      render(res, page, status);
    }),
  );

  /** Told by the page's script when somebody went into the gateway's card fields, which no mail scanner does. */
  router.post(
    paths.payOpened(':token'),
    withLink(async (req, res, { found }) => {
      if (!opened.safeParse(req.body).success) throw unreadable();
      await recordOpening(parts, found.link.id);
      res.status(204).end();
    }),
  );

  // A bank's own page sends the payer here. It changes nothing: the page it leads to asks the gateway.
  router.get(paths.payReturn(':token'), (req, res) => res.redirect(303, paths.pay(String(req.params.token))));

  router.get(
    paths.paySummaryPdf(':token'),
    withLink(async (_req, res, setting) => {
      const pdf = await summaryPdf(setting, openDocuments(await readDocuments(db, setting.found)));
      res.type('application/pdf').set('Content-Disposition', 'inline; filename="summary.pdf"').send(pdf);
    }, 'pay'),
  );

  router.post(
    paths.payAttempts(':token'),
    withLink(async (req, res, setting) => {
      const { onFile, amount, amountMinor, ...given } = readSubmission(req.body, setting);
      const typedMinor = amount === undefined ? undefined : readTypedSum(setting, amount);
      try {
        // Held against other terms than the payer saw, it would be refused for the wrong reason.
        if (typedMinor !== undefined && agreedTerms(setting.found.payables) === given.agreed) {
          refuseUnfitSum(setting, fieldsOf(setting), typedMinor);
        }
        const attempt = await startPayment(parts, {
          ...given,
          amountMinor: typedMinor ?? amountMinor,
          linkId: setting.found.link.id,
          savedCardId: onFile ? await cardOnFile(db, setting.found.link) : undefined,
          consent: { wording: setting.words.pay.consent(setting.company.tradingName), language: setting.language },
          ip: req.ip ?? '',
          userAgent: req.get('user-agent') ?? '',
        });
        res.json(await answerOf(parts, setting, attempt));
      } catch (error) {
        throw error instanceof Refusal && error.code === 'balance-changed' ? await withNewTerms(error, setting) : error;
      }
    }, 'pay'),
  );

  /** What a sum would be that the payer typed: writes nothing, so that the page can show it before it is paid. */
  router.post(
    paths.paySum(':token'),
    withLink(async (req, res, setting) => {
      const asked = sumTyped.safeParse(req.body);
      if (!asked.success || !isPayersChoice(setting.found.link.terms)) throw unreadable();
      const amountMinor = readTypedSum(setting, asked.data.amount);
      const fields = fieldsOf(setting);
      refuseUnfitSum(setting, fields, amountMinor);
      res.json(sumShown(setting, fields, amountMinor));
    }, 'pay'),
  );

  /** What became of a submission, as our books know it. */
  router.get(
    paths.payAttempt(':token', ':submissionId'),
    withLink(async (req, res, setting) => {
      res.json(await answerOf(parts, setting, await attemptOf(req, setting)));
    }),
  );

  /** The same after asking the gateway: when the bank's challenge has closed. */
  router.post(
    paths.payAttempt(':token', ':submissionId'),
    withLink(async (req, res, setting) => {
      const attempt = await attemptOf(req, setting);
      await lookAgain(parts, attempt.paymentId);
      res.json(await answerOf(parts, setting, await attemptOf(req, setting)));
    }),
  );

  router.get(
    paths.payStatus(':token'),
    withLink(async (_req, res, setting) => {
      const live = await livePaymentOn(db, setting.found.link.id);
      res.json({ state: live?.state ?? 'none' });
    }),
  );

  router.post(
    paths.payStatus(':token'),
    withLink(async (_req, res, setting) => {
      const live = await livePaymentOn(db, setting.found.link.id);
      if (live) await lookAgain(parts, live.id);
      const after = await livePaymentOn(db, setting.found.link.id);
      res.json({ state: after?.state ?? 'none' });
    }),
  );

  router.post(
    paths.payStartAgain(':token'),
    withLink(async (req, res, setting) => {
      const { link, customer, payables } = setting.found;
      const live = await livePaymentOn(db, link.id);
      // A link that has ended gives nothing up, and what is idle is in nobody's way.
      if (live && isInFlight(live.state) && linkState(link, payables, setting.now) === 'usable') {
        await startAgain(parts, { live, customerId: customer.id, ip: req.ip });
      }
      if (link.kind === 'save_card') await startCardAgain(parts, link.id);
      res.redirect(303, paths.pay(setting.token));
    }),
  );

  router.post(
    paths.payNewLink(':token'),
    withLink(async (req, res, setting) => {
      const { link } = setting.found;
      const message = z
        .string()
        .max(1000)
        .catch('')
        .parse((req.body as { message?: unknown } | undefined)?.message ?? '');
      if (link.endedAs === 'replaced' && (await mailReplacedLink(parts, { linkId: link.id, ip: req.ip }))) {
        render(res, endedPage(setting, 'replaced', 'mailed'));
        return;
      }
      // Also where no newer link can be mailed: staff can help, and the press must not lead nowhere.
      await askForNewLink(parts, { linkId: link.id, message, ip: req.ip });
      render(
        res,
        endedPage(
          setting,
          link.endedAs === 'revoked' || link.endedAs === 'replaced' ? link.endedAs : 'expired',
          'asked',
        ),
      );
    }),
  );

  function fieldsOf(setting: Setting) {
    return parts.gateways.hostedFields(setting.found.account);
  }

  async function attemptOf(req: Request, setting: Setting) {
    const attempt = await findAttemptBySubmission(db, String(req.params.submissionId));
    if (attempt?.linkId !== setting.found.link.id) {
      throw new Refusal('no-such-attempt', 404, 'This try did not reach us.');
    }
    return attempt;
  }

  return router;
}

/** Tells the page what is due now, so that the payer can agree without typing the card again. */
async function withNewTerms(refusal: Refusal, setting: Setting): Promise<Refusal> {
  return new Refusal(refusal.code, refusal.status, changedText(setting), {
    detail: { agreed: agreedTerms(setting.found.payables) },
    cause: refusal,
  });
}
