import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { readCompany } from '../company/company.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { example, readSum } from '../invoices/invoice-form.ts';
import { plainAmount } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { paymentInTheWay } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { readPayables } from '../payables/payables.store.ts';
import { refusalOf } from '../payables/reason.pages.ts';
import { may } from '../permissions.ts';
import { nowIso } from '../platform/clock.ts';
import { isId, newId } from '../platform/ids.ts';
import { type FieldErrors, notFound, Refusal } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { readForm } from '../platform/web/forms.ts';
import { withQuery } from '../platform/web/query.ts';
import { render } from '../platform/web/render.ts';
import type { ReceiptParts } from '../receipts/issue-receipt.ts';
import { recordPaymentPage } from './record-payment.pages.ts';
import { recordPayment } from './record-payment.ts';
import type { RecordedMethod } from './recorded-payment.ts';

const FIELDS = ['method', 'amount', 'receivedOn', 'reference', 'note', 'sendReceipt'] as const;

/** Only which fields there are; what may stand in them is the payment's own rule (recordedPaymentFaults). */
const form = z.strictObject({
  method: z.string().default(''),
  amount: z.string(),
  receivedOn: z.string(),
  reference: z.string(),
  note: z.string(),
  sendReceipt: z.string().optional(),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
  version: z.string().regex(/^\d{1,9}$/),
});

/** The office's form for cash, cheques and transfers. */
export function recordPaymentRoutes(parts: ReceiptParts): Router {
  const router = Router();

  router.get(paths.recordPayment(':id'), may('payments.record'), async (req, res) => {
    const payable = await payableOf(parts, req);
    if (payable.dueMinor === 0) {
      throw new Refusal('nothing-due', 409, `Nothing is due on ${payable.kind} ${payable.number}.`);
    }
    await showForm(parts, res, payable, { typed: req.query.again ? typedBefore(req) : undefined });
  });

  router.post(paths.recordPayment(':id'), may('payments.record'), async (req, res) => {
    const payable = await payableOf(parts, req);
    const { ok, values, typed, errors } = readForm(form, req);
    if (!ok) return showForm(parts, res, payable, { typed, errors, status: 422 });
    if (values.method === 'card') {
      return res.redirect(303, withQuery(paths.processCard(payable.id), { amount: values.amount }));
    }
    const amountMinor = readSum(values.amount, payable.currency);
    try {
      const paymentId = await recordPayment(parts, {
        payableId: payable.id,
        version: Number(values.version),
        submissionId: values.submissionId,
        method: values.method as RecordedMethod,
        // No number at all is refused like any other that cannot stand, together with what else is at fault.
        amountMinor: amountMinor ?? Number.NaN,
        receivedOn: values.receivedOn,
        reference: values.reference,
        note: values.note,
        sendReceipt: Boolean(values.sendReceipt),
        actor: actorOf(req, res),
      });
      req.session.flash = { tone: 'ok', text: 'The payment is recorded and its receipt is written.' };
      res.redirect(303, paths.payment(paymentId));
    } catch (error) {
      await showRefused(parts, res, payable.id, {
        typed,
        refused: refusalOf(error),
        amountMinor,
      });
    }
  });

  return router;
}

async function payableOf({ db }: ReceiptParts, req: Request): Promise<Payable> {
  const [payable] = await readPayables(db, [String(req.params.id)]);
  if (!payable) throw notFound('invoice or deposit');
  return payable;
}

/** The form again with what was refused, beside the balance as it is now. */
async function showRefused(
  parts: ReceiptParts,
  res: Response,
  payableId: string,
  { typed, refused, amountMinor }: { typed: Record<string, string>; refused: Refusal; amountMinor: number | undefined },
): Promise<void> {
  const [payable] = (await readPayables(parts.db, [payableId])) as [Payable];
  const inTheWay = paymentInTheWay(refused);
  const errors: FieldErrors = inTheWay ? {} : { ...refused.fields };
  if (amountMinor === undefined && errors.amount) errors.amount = `Enter a sum such as ${example(payable.currency)}.`;
  if (!inTheWay && Object.keys(errors).length === 0) errors.form = refused.message;
  // Only who has been told that the balance moved goes on with the new one.
  const told = refused.code === 'balance-changed' || (amountMinor ?? 0) > payable.dueMinor;
  const version = told ? String(payable.version) : (typed.version ?? '');
  await showForm(parts, res, payable, { typed: { ...typed, version }, errors, refused, status: refused.status });
}

async function showForm(
  { db, clock }: ReceiptParts,
  res: Response,
  payable: Payable,
  given: { typed?: Record<string, string> | undefined; errors?: FieldErrors; refused?: Refusal; status?: number },
): Promise<void> {
  const [customer, { timeZone }] = await Promise.all([readCustomer(db, payable.customerId), readCompany(db)]);
  const today = dayInZone(nowIso(clock), timeZone);
  const fresh = { submissionId: newId('req'), version: String(payable.version) };
  const usual = {
    amount: plainAmount({ amountMinor: payable.dueMinor, currency: payable.currency }),
    receivedOn: today,
    sendReceipt: customer.email ? 'yes' : '',
  };
  const page = recordPaymentPage({
    payable,
    customer,
    today,
    typed: { ...fresh, ...(given.typed ?? usual) },
    errors: given.errors ?? {},
    inTheWay: given.refused && paymentInTheWay(given.refused),
  });
  render(res, page, given.status ?? 200);
}

/** What was typed before a payment in the way was cancelled: it comes back in the address, and nothing is lost. */
function typedBefore(req: Request): Record<string, string> {
  return Object.fromEntries(
    FIELDS.map((name) => [name, typeof req.query[name] === 'string' ? (req.query[name] as string) : '']),
  );
}
