import { type Request, type Response, Router } from 'express';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { readCompany } from '../company/company.store.ts';
import { chooseCustomer } from '../customers/choose-customer.ts';
import { recentLinks, recentPayments } from '../customers/customer-activity.store.ts';
import { readCustomer } from '../customers/customers.store.ts';
import type { ShowReminders } from '../customers/reminders-shown.ts';
import { paths } from '../paths.ts';
import { applicationsOf } from '../payables/applications.store.ts';
import { may } from '../permissions.ts';
import type { Clock } from '../platform/clock.ts';
import { nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { addDays, dayInZone } from '../platform/show-time.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render } from '../platform/web/render.ts';
import { changeInvoice, whyFixed } from './change-invoice.ts';
import { createInvoice } from './create-invoice.ts';
import { givenBackOf } from './given-back.store.ts';
import { readInvoiceFilter } from './invoice-filter.ts';
import { changeInvoiceSchema, draftOf, newInvoiceSchema, tidyTyped, typedOf } from './invoice-form.ts';
import { invoiceForm, invoicePage, invoicesPage } from './invoices.pages.ts';
import { currenciesOf, listInvoices, readInvoice } from './invoices.store.ts';

/** How long customers usually have to pay; only what a new form begins with. */
const USUAL_TERM_DAYS = 30;

/** The office's pages of what is owed. */
export function invoicesRoutes({
  db,
  clock,
  showReminders,
}: {
  db: Db;
  clock: Clock;
  showReminders: ShowReminders;
}): Router {
  const router = Router();
  const today = async () => dayInZone(nowIso(clock), (await readCompany(db)).timeZone);

  router.get(paths.invoices(), may('invoices.read'), async (req, res) => {
    const day = await today();
    const before = queryText(req, 'before') || undefined;
    const filter = readInvoiceFilter((name) => queryText(req, name), day);
    const [page, currencies, customer] = await Promise.all([
      listInvoices(db, filter, before),
      currenciesOf(db, 'invoice'),
      filter.customerId ? readCustomer(db, filter.customerId) : undefined,
    ]);
    render(res, invoicesPage(page, { filter, before, currencies, customer, today: day }));
  });

  router.get(paths.newInvoice(), may('invoices.change'), async (req, res) => {
    const customerId = queryText(req, 'customer');
    const customer = customerId ? await readCustomer(db, customerId) : undefined;
    const issuedOn = await today();
    const typed = { customer: customer?.number ?? '', issuedOn, dueOn: addDays(issuedOn, USUAL_TERM_DAYS) };
    render(res, invoiceForm({ typed }));
  });

  router.post(paths.newInvoice(), may('invoices.change'), async (req, res) => {
    const form = readForm(newInvoiceSchema, req);
    const typed = tidyTyped(form.typed);
    if (form.typed.add) return render(res, invoiceForm({ typed }));
    const currency = (typed.currency ?? '').trim().toUpperCase();
    const { customer, problem } = await chooseCustomer(db, typed.customer ?? '');
    const { draft, errors: faults } = draftOf(typed, { customerId: customer?.id ?? '', currency });
    const errors = { ...(problem ? { customer: problem } : {}), ...faults, ...form.errors };
    if (Object.keys(errors).length > 0) return render(res, invoiceForm({ typed, errors }), 422);
    try {
      const invoice = await createInvoice({ db, clock }, draft, actorOf(req, res));
      req.session.flash = { tone: 'ok', text: `Created invoice ${invoice.number}.` };
      res.redirect(303, paths.invoice(invoice.id));
    } catch (error) {
      render(res, invoiceForm({ typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  router.get(paths.invoice(':id'), may('invoices.read'), async (req, res) => {
    const invoice = await readInvoice(db, String(req.params.id));
    const payableId = invoice.payable.id;
    const [links, payments, applied, givenBack, history, reminders] = await Promise.all([
      recentLinks(db, { payableId }),
      recentPayments(db, { payableId }),
      applicationsOf(db, { invoiceId: payableId }),
      givenBackOf(db, payableId),
      auditOf(db, payableId),
      showReminders(payableId),
    ]);
    const lists = { links, payments, applied, givenBack, history };
    render(res, invoicePage({ invoice, ...lists, reminders, now: clock.now(), today: await today() }));
  });

  router.get(paths.editInvoice(':id'), may('invoices.change'), async (req, res) => {
    const invoice = await readInvoice(db, String(req.params.id));
    const fixed = whyFixed(invoice.payable);
    if (fixed) throw new Refusal('not-changeable', 409, fixed);
    render(res, invoiceForm({ invoice, typed: typedOf(invoice.draft, invoice.payable.version) }));
  });

  router.post(paths.editInvoice(':id'), may('invoices.change'), (req, res) => saveChanges({ db, clock }, req, res));

  return router;
}

async function saveChanges(parts: { db: Db; clock: Clock }, req: Request, res: Response): Promise<void> {
  const invoice = await readInvoice(parts.db, String(req.params.id));
  const form = readForm(changeInvoiceSchema, req);
  const typed = tidyTyped(form.typed);
  if (form.typed.add) return render(res, invoiceForm({ invoice, typed }));
  const { draft, errors } = draftOf(typed, invoice.draft);
  Object.assign(errors, form.errors);
  if (Object.keys(errors).length > 0) return render(res, invoiceForm({ invoice, typed, errors }), 422);
  try {
    const which = { id: invoice.payable.id, version: Number(form.typed.version) };
    const changes = await changeInvoice(parts, which, draft, actorOf(req, res));
    const text = Object.keys(changes).length > 0 ? 'Saved the changes.' : 'Nothing was changed.';
    req.session.flash = { tone: 'ok', text };
    res.redirect(303, paths.invoice(invoice.payable.id));
  } catch (error) {
    // What stands against the whole change is said at the top of the form: nothing typed is lost.
    if (error instanceof Refusal && error.status === 409) {
      return render(res, invoiceForm({ invoice, typed, errors: { form: error.message } }), 409);
    }
    render(res, invoiceForm({ invoice, typed, errors: fieldErrorsOf(error) }), 422);
  }
}
