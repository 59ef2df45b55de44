import { type Request, Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { type ReasonAsked, reasonForm, reasonPage, refusalOf } from '../payables/reason.pages.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { isReversible } from './payment.ts';
import { type PaymentInFull, readPaymentInFull } from './payment-detail.store.ts';
import { METHODS } from './payment-words.ts';
import { reversePayment } from './reverse-payment.ts';

/** The second step of taking a recorded payment back. */
export function reversePaymentRoutes(parts: { db: Db; clock: Clock }): Router {
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.reversePayment(':id'), may('payments.reverse'), async (req, res) => {
    const found = await readPaymentInFull(parts.db, idOf(req));
    if (!isReversible(found.payment)) {
      throw new Refusal('not-reversible', 409, 'Only a payment that staff recorded can be reversed, and only once.');
    }
    render(res, reasonPage(asked(found, queryText(req, 'reason'))));
  });

  router.post(paths.reversePayment(':id'), may('payments.reverse'), async (req, res) => {
    const found = await readPaymentInFull(parts.db, idOf(req));
    const reason = readForm(reasonForm, req).typed.reason ?? '';
    try {
      await reversePayment(parts, { paymentId: found.payment.id, reason, actor: actorOf(req, res) });
    } catch (error) {
      const refused = refusalOf(error);
      return render(res, reasonPage(asked(found, reason), refused), refused.status);
    }
    req.session.flash = { tone: 'ok', text: 'The payment is reversed. What it settled is owed again.' };
    res.redirect(303, paths.payment(found.payment.id));
  });

  return router;
}

function asked({ payment, customer, documents, receipt }: PaymentInFull, reason: string): ReasonAsked {
  return {
    title: 'Reverse this payment',
    back: { label: 'Payment', href: paths.payment(payment.id) },
    facts: [
      { label: 'Customer', value: customer.name },
      { label: 'Amount', value: showMoneyWithCode({ amountMinor: payment.amount_minor, currency: payment.currency }) },
      { label: 'Paid by', value: [METHODS[payment.method], payment.reference].filter(Boolean).join(' ') },
      { label: 'For', value: documents.map((one) => one.number).join(', ') },
    ],
    explanation: [
      'What it settled is owed again, and the books get an entry of the opposite sign. Nothing is deleted.',
      receipt ? 'Its receipt stays and says that the payment was reversed.' : '',
    ].filter(Boolean),
    action: paths.reversePayment(payment.id),
    button: 'Reverse this payment',
    reason,
  };
}
