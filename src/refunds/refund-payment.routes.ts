import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { paths } from '../paths.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { refundPaymentPage, sumsToBeginWith } from './refund-payment.pages.ts';
import { refundPayment } from './refund-payment.ts';
import { type PaymentRoom, paymentRoomOf } from './refund-rooms.store.ts';
import { toldOf } from './refund-told.ts';
import { readShares, sharesFields } from './shares-form.ts';

/** The form that gives back what a payment settled; from the payment, its receipt, or one of its documents. */
export function refundPaymentRoutes(parts: PaymentParts): Router {
  const router = Router();
  const roomOf = async (req: Request) => {
    const id = String(req.params.id);
    if (!isId(id, 'pay')) throw notFound('payment');
    return paymentRoomOf(parts.db, id);
  };

  router.get(paths.refundPayment(':id'), may('refunds.make'), async (req, res) => {
    const room = await roomOf(req);
    show(res, room, { typed: sumsToBeginWith(room, queryText(req, 'document')) });
  });

  router.post(paths.refundPayment(':id'), may('refunds.make'), async (req, res) => {
    const room = await roomOf(req);
    const form = readForm(formOf(room), req);
    const { typed } = form;
    const { shares, outcome, errors: unread } = readShares(room, typed);
    const errors = { ...unread, ...form.errors };
    if (!form.ok || Object.keys(errors).length > 0) return show(res, room, { typed, errors, status: 422 });
    const { method, reference, reasonKind, reason, submissionId } = form.values;
    try {
      const refunds = await refundPayment(parts, {
        ...{ paymentId: room.paymentId, shares, outcome, method, reference, reasonKind, reason, submissionId },
        actor: actorOf(req, res),
      });
      req.session.flash = toldOf(refunds);
      res.redirect(303, paths.refund(refunds[0]?.id ?? ''));
    } catch (error) {
      if (!(error instanceof Refusal) || ![409, 422].includes(error.status)) throw error;
      const said = Object.keys(error.fields).length > 0 ? error.fields : { form: error.message };
      // What is left may be another sum by now.
      show(res, await roomOf(req), { typed, errors: said, status: error.status });
    }
  });

  return router;
}

function formOf(room: PaymentRoom) {
  return z.strictObject({
    ...sharesFields(room),
    method: z.enum(['card', 'cash', 'cheque', 'transfer'], 'Choose how it is given back.'),
    reference: z.string().default(''),
    submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
  });
}

function show(
  res: Response,
  room: PaymentRoom,
  { typed, errors = {}, status }: { typed: Record<string, string>; errors?: FieldErrors; status?: number },
): void {
  const all = {
    method: room.method === 'card' ? 'card' : room.method,
    ...typed,
    submissionId: isId(typed.submissionId, 'req') ? typed.submissionId : newId('req'),
  };
  render(res, refundPaymentPage({ room, typed: all, errors }), status);
}
