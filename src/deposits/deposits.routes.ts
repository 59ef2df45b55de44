import { Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { chooseCustomer } from '../customers/choose-customer.ts';
import { recentLinks, recentPayments } from '../customers/customer-activity.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { example, readSum } from '../invoices/invoice-form.ts';
import { currenciesOf } from '../invoices/invoices.store.ts';
import { isCurrency } from '../money/currency.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { type DepositDraft, depositFaults, tidyDeposit } from './deposit.ts';
import { readDepositFilter } from './deposit-filter.ts';
import { depositForm, depositPage, depositsPage } from './deposits.pages.ts';
import { listDeposits, readDeposit } from './deposits.store.ts';
import { requestDeposit } from './request-deposit.ts';

/** Only which fields there are; what may stand in them is the deposit's own rule (depositFaults). */
const form = z.strictObject({
  customer: z.string(),
  currency: z.string(),
  total: z.string(),
  orderReference: z.string(),
  orderTotal: z.string(),
  note: z.string(),
});

/** The office's pages of money asked for before there is an invoice. */
export function depositsRoutes({ db, clock }: { db: Db; clock: Clock }): Router {
  const router = Router();

  router.get(paths.deposits(), may('deposits.read'), async (req, res) => {
    const before = queryText(req, 'before') || undefined;
    const filter = readDepositFilter((name) => queryText(req, name));
    const [page, currencies, customer] = await Promise.all([
      listDeposits(db, filter, before),
      currenciesOf(db, 'deposit'),
      filter.customerId ? readCustomer(db, filter.customerId) : undefined,
    ]);
    render(res, depositsPage(page, { filter, before, currencies, customer }));
  });

  router.get(paths.newDeposit(), may('deposits.change'), async (req, res) => {
    const customerId = queryText(req, 'customer');
    const customer = customerId ? await readCustomer(db, customerId) : undefined;
    render(res, depositForm({ typed: { customer: customer?.number ?? '' } }));
  });

  router.post(paths.newDeposit(), may('deposits.change'), async (req, res) => {
    const { typed, errors: malformed } = readForm(form, req);
    const { customer, problem } = await chooseCustomer(db, typed.customer ?? '');
    const { draft, errors: faults } = draftOf(typed, customer?.id ?? '');
    const errors = { ...(problem ? { customer: problem } : {}), ...faults, ...malformed };
    if (Object.keys(errors).length > 0) return render(res, depositForm({ typed, errors }), 422);
    try {
      const deposit = await requestDeposit({ db, clock }, draft, actorOf(req, res));
      req.session.flash = { tone: 'ok', text: `Requested deposit ${deposit.number}.` };
      res.redirect(303, paths.deposit(deposit.id));
    } catch (error) {
      render(res, depositForm({ typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  router.get(paths.deposit(':id'), may('deposits.read'), async (req, res) => {
    const deposit = await readDeposit(db, String(req.params.id));
    const payableId = deposit.payable.id;
    const [links, payments, history] = await Promise.all([
      recentLinks(db, { payableId }),
      recentPayments(db, { payableId }),
      auditOf(db, payableId),
    ]);
    render(res, depositPage({ deposit, links, payments, history, now: clock.now() }));
  });

  return router;
}

/** What was typed as a draft, and a sentence for each field at fault but the customer. */
function draftOf(typed: Record<string, string>, customerId: string): { draft: DepositDraft; errors: FieldErrors } {
  const currency = (typed.currency ?? '').trim().toUpperCase();
  const totalMinor = readSum(typed.total ?? '', currency);
  const orderTotal = (typed.orderTotal ?? '').trim();
  const orderTotalMinor = orderTotal === '' ? null : readSum(orderTotal, currency);
  const draft: DepositDraft = {
    customerId,
    currency,
    totalMinor: totalMinor ?? 0,
    orderReference: typed.orderReference ?? '',
    orderTotalMinor: orderTotalMinor ?? null,
    note: typed.note ?? '',
  };
  const { customerId: _chosen, ...errors } = depositFaults(tidyDeposit(draft));
  if (!isCurrency(currency)) errors.currency = 'Enter a currency code of three letters, such as EUR.';
  if (totalMinor === undefined) errors.total = `Enter a sum such as ${example(currency)}.`;
  if (orderTotalMinor === undefined) errors.orderTotal = `Enter a sum such as ${example(currency)}, or nothing.`;
  return { draft, errors };
}
