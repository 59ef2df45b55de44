import express, { type Request, Router } from 'express';
import { z } from 'zod';
import { askForNewLink } from '../links/ask-for-new-link.ts';
import { dueOn } from '../links/link.ts';
import { mailReplacedLink } from '../links/mail-replaced-link.ts';
import { showMoney } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { cardOnFile, findAttemptBySubmission } from '../payments/payments.store.ts';
import { startPayment } from '../payments/start-payment.ts';
import { isEmailAddress } from '../platform/email-address.ts';
import { Refusal } from '../platform/refusal.ts';
import { allowGateway } from '../platform/web/headers.ts';
import { limitViews } from '../platform/web/rate-limit.ts';
import { render } from '../platform/web/render.ts';
import { answerOf, lookAgain } from './attempt-answer.ts';
import { endedPage, type Setting } from './checkout.pages.ts';
import { livePaymentOn, readDocuments } from './checkout.store.ts';
import { ownCardsRoutes } from './own-cards.routes.ts';
import { payerPage } from './payer-page.ts';
import { saveCardRoutes } from './save-card.routes.ts';
import { startAgain } from './start-again.ts';
import { startCardAgain } from './start-card-again.ts';
import { summaryPdf } from './summary-pdf.ts';
import { linkReader } from './with-link.ts';

/** Everything a payer touches. The token in the address is the right; there is no session and no cookie. */
export function checkoutRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  router.use('/pay', limitViews(parts.config.viewsPerMinute));
  router.post('/pay/*path', express.json({ limit: '16kb' }), express.urlencoded({ extended: false, limit: '16kb' }));

  const withLink = linkReader(parts);
  router.use(saveCardRoutes(parts), ownCardsRoutes(parts));

  router.get(
    paths.pay(':token'),
    withLink(async (_req, res, setting) => {
      const { page, status, origins } = await payerPage(parts, setting);
      if (origins) allowGateway(res, origins);
      render(res, page, status);
    }),
  );

  // A bank's own page sends the payer here. It changes nothing: the page it leads to asks the gateway.
  router.get(paths.payReturn(':token'), (req, res) => res.redirect(303, paths.pay(String(req.params.token))));

  router.get(
    paths.paySummaryPdf(':token'),
    withLink(async (_req, res, setting) => {
      const pdf = await summaryPdf(setting, await readDocuments(db, setting.found));
      res.type('application/pdf').set('Content-Disposition', 'inline; filename="summary.pdf"').send(pdf);
    }, 'pay'),
  );

  router.post(
    paths.payAttempts(':token'),
    withLink(async (req, res, setting) => {
      const { onFile, ...given } = readSubmission(req, setting);
      try {
        const attempt = await startPayment(parts, {
          ...given,
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
      const { link, customer } = setting.found;
      const live = await livePaymentOn(db, link.id);
      if (live) await startAgain(parts, { live, customerId: customer.id, ip: req.ip });
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

  async function attemptOf(req: Request, setting: Setting) {
    const attempt = await findAttemptBySubmission(db, String(req.params.submissionId));
    if (attempt?.linkId !== setting.found.link.id) {
      throw new Refusal('no-such-attempt', 404, 'This try did not reach us.');
    }
    return attempt;
  }

  return router;
}

const submission = (emailFault: string) =>
  z.strictObject({
    submissionId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/),
    /** Empty only where the card on file is confirmed. */
    confirmationToken: z.string().regex(/^(|[A-Za-z0-9_]{8,255})$/),
    onFile: z.boolean().default(false),
    saveCard: z.boolean(),
    agreed: z.string().max(4000),
    payerEmail: z.string().trim().refine(isEmailAddress, emailFault),
  });

/** Amount and currency are not among the fields: they come from the database. */
function readSubmission(req: Request, setting: Setting) {
  const read = submission(setting.words.pay.emailFault).safeParse(req.body);
  if (read.success && (read.data.onFile || read.data.confirmationToken !== '')) return read.data;
  const [issue] = read.error?.issues ?? [];
  if (issue?.code === 'unrecognized_keys') {
    throw new Refusal(
      'unknown-field',
      400,
      `The request has a field that this page does not know: ${issue.keys.join(', ')}.`,
    );
  }
  const field = String(issue?.path[0] ?? '');
  if (field === 'payerEmail') {
    throw new Refusal('fields-invalid', 422, setting.words.pay.emailFault, {
      fields: { payerEmail: setting.words.pay.emailFault },
    });
  }
  throw new Refusal('bad-request', 400, 'The request could not be read. Please reload the page and try again.');
}

/** Tells the page what is due now, so that the payer can agree without typing the card again. */
async function withNewTerms(refusal: Refusal, setting: Setting): Promise<Refusal> {
  const { payables, link } = setting.found;
  const sum = { amountMinor: dueOn(payables), currency: link.currency };
  const amount = showMoney(sum, setting.language);
  return new Refusal(refusal.code, refusal.status, setting.words.pay.changed(amount), {
    detail: { agreed: agreedTerms(payables) },
    cause: refusal,
  });
}
