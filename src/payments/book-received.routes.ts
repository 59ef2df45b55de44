import { Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { readForm } from '../platform/web/forms.ts';
import { bookReceived } from './book-received.ts';
import type { PaymentParts } from './payment-parts.ts';
import { readPayment } from './payments.store.ts';

/** The deed on a payment of which the gateway has received another sum than was agreed. */
export function bookReceivedRoutes(parts: PaymentParts): Router {
  const router = Router();

  router.post(paths.bookReceived(':id'), may('payments.book-received'), async (req, res) => {
    readForm(z.strictObject({}), req);
    const { id, currency } = await readPayment(parts.db, String(req.params.id));
    const amountMinor = await bookReceived(parts, { paymentId: id, actor: actorOf(req, res) });
    req.session.flash = {
      tone: 'ok',
      text: `${showMoneyWithCode({ amountMinor, currency })} is booked, with a receipt over it.`,
    };
    res.redirect(303, paths.payment(id));
  });

  return router;
}
