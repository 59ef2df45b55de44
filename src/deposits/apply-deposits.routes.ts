import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { example, readSum } from '../invoices/invoice-form.ts';
import { readInvoice } from '../invoices/invoices.store.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { applicationsOf } from '../payables/applications.store.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { isId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { depositsLeft, invoicesDue } from './applicable.store.ts';
import { applyDeposit } from './apply-deposit.ts';
import { applyDepositsPage, type RefusedApplication, type Subject } from './apply-deposits.pages.ts';
import { readDeposit } from './deposits.store.ts';
import { unapplyDeposit } from './unapply-deposit.ts';

const applyForm = z.strictObject({
  other: z.string(),
  amount: z.string(),
  submissionId: z.string().refine((id) => isId(id, 'req'), 'Please open this page again.'),
});
const unapplyForm = z.strictObject({ back: z.enum(['invoice', 'deposit']), id: z.string() });

type Parts = { db: Db; clock: Clock };

/** "Apply deposits": from an invoice and from a deposit, and back again. */
export function applyDepositsRoutes(parts: Parts): Router {
  const router = Router();
  const idOf = (req: Request) => String(req.params.id);

  router.get(paths.depositsForInvoice(':id'), may('deposits.change'), async (req, res) => {
    await show(parts, res, await invoiceInHand(parts.db, idOf(req)));
  });
  router.post(paths.depositsForInvoice(':id'), may('deposits.change'), async (req, res) => {
    await apply(parts, req, res, await invoiceInHand(parts.db, idOf(req)));
  });

  router.get(paths.invoicesForDeposit(':id'), may('deposits.change'), async (req, res) => {
    await show(parts, res, await depositInHand(parts.db, idOf(req)));
  });
  router.post(paths.invoicesForDeposit(':id'), may('deposits.change'), async (req, res) => {
    await apply(parts, req, res, await depositInHand(parts.db, idOf(req)));
  });

  router.post(paths.unapplyDeposit(':id'), may('deposits.change'), async (req, res) => {
    const { ok, values } = readForm(unapplyForm, req);
    if (!ok) throw new Refusal('bad-request', 400, 'Please open the page again and repeat this.');
    const undone = await unapplyDeposit(parts, { applicationId: idOf(req), actor: actorOf(req, res) });
    req.session.flash = undone
      ? {
          tone: 'ok',
          text: 'Un-applied: the sum is due on the invoice and held on the deposit again. Payment links that it had closed can be used again.',
        }
      : { tone: 'warn', text: 'This had been un-applied already.' };
    res.redirect(303, addressOf(values.back, values.id));
  });

  return router;
}

async function invoiceInHand(db: Db, id: string): Promise<Subject> {
  const { payable, customer, draft } = await readInvoice(db, id);
  return { ...payable, amountMinor: payable.dueMinor, orderReference: draft.orderReference, customer };
}

async function depositInHand(db: Db, id: string): Promise<Subject> {
  const { payable, balance, customer, orderReference } = await readDeposit(db, id);
  return { ...payable, amountMinor: balance.leftMinor, orderReference, customer };
}

async function show(
  { db }: Parts,
  res: Response,
  subject: Subject,
  refused?: RefusedApplication,
  status = 200,
): Promise<void> {
  const whose = { customerId: subject.customer.id, currency: subject.currency };
  const ofInvoice = subject.kind === 'invoice';
  const [available, applied] = await Promise.all([
    ofInvoice ? depositsLeft(db, whose) : invoicesDue(db, whose),
    applicationsOf(db, ofInvoice ? { invoiceId: subject.id } : { depositId: subject.id }),
  ]);
  render(res, applyDepositsPage({ subject, available, applied, refused }), status);
}

async function apply(parts: Parts, req: Request, res: Response, subject: Subject): Promise<void> {
  const { ok, values, typed, errors } = readForm(applyForm, req);
  const refused = (sentence: string) => ({ otherId: typed.other ?? '', typed, sentence });
  if (!ok) return show(parts, res, subject, refused(Object.values(errors)[0] ?? ''), 422);
  const amountMinor = readSum(values.amount, subject.currency);
  if (amountMinor === undefined) {
    return show(parts, res, subject, refused(`Enter a sum such as ${example(subject.currency)}.`), 422);
  }
  const [depositId, invoiceId] = subject.kind === 'invoice' ? [values.other, subject.id] : [subject.id, values.other];
  try {
    const { submissionId } = values;
    await applyDeposit(parts, { depositId, invoiceId, amountMinor, submissionId, actor: actorOf(req, res) });
  } catch (error) {
    if (!(error instanceof Refusal) || (error.status !== 409 && error.status !== 422)) throw error;
    const { paymentId } = error.detail as { paymentId?: string };
    // The sums have moved meanwhile: the page shows what is left now.
    const now = subject.kind === 'invoice' ? invoiceInHand : depositInHand;
    return show(parts, res, await now(parts.db, subject.id), { ...refused(error.message), paymentId }, error.status);
  }
  const sum = showMoneyWithCode({ amountMinor, currency: subject.currency });
  req.session.flash = { tone: 'ok', text: `Applied ${sum}.` };
  res.redirect(303, addressOf(subject.kind, subject.id));
}

function addressOf(kind: 'invoice' | 'deposit', id: string): string {
  if (kind === 'invoice') return isId(id, 'inv') ? paths.depositsForInvoice(id) : paths.invoices();
  return isId(id, 'dep') ? paths.invoicesForDeposit(id) : paths.deposits();
}
