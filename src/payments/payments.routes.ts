import { type Request, Router } from 'express';
import { z } from 'zod';
import { listAccounts } from '../accounts/accounts.store.ts';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Db } from '../platform/database/database.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { readDay } from '../receipts/receipt-filter.ts';
import { returnPath } from '../staff/return-path.ts';
import { cancelPayment } from './cancel-payment.ts';
import { PAYMENT_STATE_WORDS, type PaymentState } from './payment.ts';
import { paymentPage } from './payment-detail.pages.ts';
import { readPaymentInFull } from './payment-detail.store.ts';
import { movementsOfPayment } from './payment-movements.store.ts';
import type { PaymentParts } from './payment-parts.ts';
import { paymentsPage } from './payments.pages.ts';
import { readPayment } from './payments.store.ts';
import { findPayer, listPayments, type PaymentFilter } from './payments-list.store.ts';
import { settlePayment } from './settle-payment.ts';

const nothing = z.strictObject({});
/** A page on which the payment stands in the way says where to come back to. */
const cancelForm = z.strictObject({ back: z.string().max(2000).optional() });

/** The office's pages on payments and what became of each try. */
export function paymentsRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.payments(), may('payments.read'), async (req, res) => {
    const filter = filterOf(req);
    const [page, accounts, customer] = await Promise.all([
      listPayments(db, filter),
      listAccounts(db),
      filter.customerId ? findPayer(db, filter.customerId) : undefined,
    ]);
    const settled = queryText(req, 'settled');
    const errors: FieldErrors = settled && !filter.settledOn ? { settled: 'Enter a day such as 2026-11-30.' } : {};
    const status = Object.keys(errors).length > 0 ? 422 : 200;
    render(res, paymentsPage({ page, filter, accounts, customer, errors, settled }), status);
  });

  router.get(paths.payment(':id'), may('payments.read'), async (req, res) => {
    const [found, movements, history] = await Promise.all([
      readPaymentInFull(db, idOf(req)),
      movementsOfPayment(db, idOf(req)),
      auditOf(db, idOf(req)),
    ]);
    render(res, paymentPage(found, movements, history));
  });

  // Asking changes nothing but what is true at the gateway already, so whoever may read may ask.
  router.post(paths.refreshPayment(':id'), may('payments.read'), async (req, res) => {
    readForm(nothing, req);
    req.session.flash = await told(db, idOf(req), () => settlePayment(parts, idOf(req)), {
      paid: 'The gateway says that it is paid.',
      cancelled: 'The gateway says that it is cancelled.',
      other: 'The gateway says that it is not paid.',
    });
    res.redirect(303, paths.payment(idOf(req)));
  });

  router.post(paths.cancelPayment(':id'), may('payments.cancel'), async (req, res) => {
    const { back } = readForm(cancelForm, req).typed;
    const wish = { paymentId: idOf(req), actor: actorOf(req, res) };
    req.session.flash = await told(db, idOf(req), () => cancelPayment(parts, wish), {
      paid: 'It could not be cancelled: the gateway says that it is paid.',
      cancelled: 'The payment is cancelled. What it was for can be paid in another way now.',
      other: 'The gateway has not confirmed the cancellation yet. It is asked again by itself.',
    });
    res.redirect(303, back ? returnPath(back) : paths.payment(idOf(req)));
  });

  return router;
}

interface Sentences {
  paid: string;
  cancelled: string;
  /** Neither paid nor cancelled. */
  other: string;
}

/** Does what was asked for and says in which state it left the payment. Errors: 404 for a payment that is not there. */
async function told(db: Db, id: string, deed: () => Promise<PaymentState>, sentences: Sentences) {
  await readPayment(db, id);
  try {
    const state = await deed();
    if (state === 'paid' || state === 'cancelled') return { tone: 'ok' as const, text: sentences[state] };
    return { tone: 'warn' as const, text: sentences.other };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return {
      tone: 'bad' as const,
      text: 'The gateway did not answer clearly. Nothing is lost: the portal asks again by itself; you can also try in a minute.',
    };
  }
}

function filterOf(req: Request): PaymentFilter {
  const state = queryText(req, 'state');
  return {
    state: Object.hasOwn(PAYMENT_STATE_WORDS, state) ? (state as PaymentState) : undefined,
    accountId: queryText(req, 'account') || undefined,
    customerId: queryText(req, 'customer') || undefined,
    declined: queryText(req, 'declined') === 'yes',
    search: queryText(req, 'q') || undefined,
    settledOn: readDay(queryText(req, 'settled')),
    before: queryText(req, 'before') || undefined,
  };
}
