import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { type Deposit, readDeposit } from '../deposits/deposits.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { example, readSum } from '../invoices/invoice-form.ts';
import { plainAmount } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { refusalOf } from '../payables/reason.pages.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { may } from '../permissions.ts';
import { isId, newId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { refundDeposit } from './refund-deposit.ts';
import { refundRoomOf } from './refund-rooms.store.ts';
import { toldOf } from './refund-told.ts';
import { refundDepositPage } from './refunds.pages.ts';
import { readRefund } from './refunds.store.ts';
import { sendRefund } from './send-refund.ts';

const refundForm = z.strictObject({
  amount: z.string(),
  method: z.enum(['card', 'cash', 'cheque', 'transfer'], 'Choose how it is given back.'),
  reference: z.string().default(''),
  reason: z.string().default(''),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});

/** The office's pages of money given back. */
export function refundsRoutes(parts: PaymentParts): Router {
  const { db } = parts;
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.refundDeposit(':id'), may('refunds.make'), async (req, res) => {
    await show(parts, res, await readDeposit(db, idOf(req)));
  });

  router.post(paths.refundDeposit(':id'), may('refunds.make'), async (req, res) => {
    const deposit = await readDeposit(db, idOf(req));
    const { ok, values, typed, errors } = readForm(refundForm, req);
    const { currency } = deposit.payable;
    const amountMinor = readSum(typed.amount ?? '', currency);
    const unread: FieldErrors =
      amountMinor === undefined ? { amount: `Enter a sum such as ${example(currency)}.` } : {};
    if (!ok || amountMinor === undefined) {
      return show(parts, res, deposit, { typed, errors: { ...unread, ...errors }, status: 422 });
    }
    try {
      const order = { ...values, depositId: deposit.payable.id, amountMinor, actor: actorOf(req, res) };
      req.session.flash = toldOf(await refundDeposit(parts, order));
    } catch (error) {
      const refused = refusalOf(error);
      const said = Object.keys(refused.fields).length > 0 ? refused.fields : { form: refused.message };
      return show(parts, res, deposit, { typed, errors: said, status: refused.status });
    }
    res.redirect(303, paths.deposit(deposit.payable.id));
  });

  router.post(paths.refreshRefund(':id'), may('refunds.make'), async (req, res) => {
    readForm(z.strictObject({}), req);
    const refund = await readRefund(db, idOf(req));
    await sendRefund(parts, refund.id).catch((error) => {
      if (!(error instanceof GatewayError)) throw error;
    });
    req.session.flash = toldOf([await readRefund(db, refund.id)]);
    res.redirect(303, paths.refund(refund.id));
  });

  return router;
}

async function show(
  { db }: PaymentParts,
  res: Response,
  deposit: Deposit,
  given?: { typed: Record<string, string>; errors: FieldErrors; status: number },
): Promise<void> {
  const { id, currency } = deposit.payable;
  const room = await refundRoomOf(db, id);
  const method = room.cardMinor > 0 ? 'card' : 'transfer';
  // To begin with, as much as goes on the first way.
  const amountMinor = room.cardMinor > 0 ? room.cardMinor : room.byHandMinor;
  const typed = {
    amount: plainAmount({ amountMinor, currency }),
    method,
    ...given?.typed,
    submissionId: isId(given?.typed.submissionId, 'req') ? given.typed.submissionId : newId('req'),
  };
  render(res, refundDepositPage({ deposit, room, typed, errors: given?.errors ?? {} }), given?.status);
}
