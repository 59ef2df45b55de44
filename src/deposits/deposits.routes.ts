import { Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { chooseCustomer } from '../customers/choose-customer.ts';
import { recentLinks, recentPayments } from '../customers/customer-activity.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import { currenciesOf } from '../invoices/invoices.store.ts';
import { paths } from '../paths.ts';
import { applicationsOf } from '../payables/applications.store.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { newId } from '../platform/ids.ts';
import { textKey } from '../platform/text-key.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { paidInto, refundsOf } from './deposit-activity.store.ts';
import { readDepositFilter } from './deposit-filter.ts';
import { confirmationOf, depositSchema, draftOf } from './deposit-form.ts';
import { depositForm, depositPage, depositsPage } from './deposits.pages.ts';
import { listDeposits, openDepositsFor, readDeposit } from './deposits.store.ts';
import { requestDeposit } from './request-deposit.ts';

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
    render(res, depositForm({ typed: { customer: customer?.number ?? '', submissionId: newId('req') } }));
  });

  router.post(paths.newDeposit(), may('deposits.change'), async (req, res) => {
    const { typed, errors: malformed } = readForm(depositSchema, req);
    const { customer, problem } = await chooseCustomer(db, typed.customer ?? '');
    const { draft, errors: faults } = draftOf(typed, customer?.id ?? '');
    const errors = { ...(problem ? { customer: problem } : {}), ...faults, ...malformed };
    if (Object.keys(errors).length > 0) return render(res, depositForm({ typed, errors }), 422);
    const open = await openDepositsFor(db, draft.customerId, textKey(draft.orderReference));
    const others = open.filter((deposit) => deposit.submissionId !== typed.submissionId || !typed.submissionId);
    const toConfirm = confirmationOf(draft, others);
    if (toConfirm !== (typed.agreed ?? '')) {
      return render(res, depositForm({ typed, confirm: { agreed: toConfirm, draft, others } }));
    }
    try {
      const deposit = await requestDeposit({ db, clock }, draft, actorOf(req, res), typed.submissionId);
      req.session.flash = { tone: 'ok', text: `Requested deposit ${deposit.number}.` };
      res.redirect(303, paths.deposit(deposit.id));
    } catch (error) {
      render(res, depositForm({ typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  router.get(paths.deposit(':id'), may('deposits.read'), async (req, res) => {
    const deposit = await readDeposit(db, String(req.params.id));
    const payableId = deposit.payable.id;
    const [links, payments, history, paid, applications, refunds] = await Promise.all([
      recentLinks(db, { payableId }),
      recentPayments(db, { payableId }),
      auditOf(db, payableId),
      paidInto(db, payableId),
      applicationsOf(db, { depositId: payableId }),
      refundsOf(db, payableId),
    ]);
    const activity = { paid, applications, refunds };
    render(res, depositPage({ deposit, links, payments, history, activity, now: clock.now() }));
  });

  return router;
}
