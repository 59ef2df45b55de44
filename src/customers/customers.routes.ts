import { Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../audit/actor.ts';
import { auditOf } from '../audit/audit.store.ts';
import { paths } from '../paths.ts';
import { may } from '../permissions.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { dayInZone } from '../platform/show-time.ts';
import { fieldErrorsOf, queryText, readForm } from '../platform/web/forms.ts';
import { render, type Surroundings } from '../platform/web/render.ts';
import { changeCustomer } from './change-customer.ts';
import { createCustomer } from './create-customer.ts';
import { recentClaims, recentLinks, recentPayments } from './customer-activity.store.ts';
import { savedCardsOf } from './customer-cards.store.ts';
import { customerForm, customerPage, customersPage } from './customers.pages.ts';
import { listCustomers, readCustomer } from './customers.store.ts';
import type { ShowReminders } from './reminders-shown.ts';

/** Only which fields there are: what may stand in them is the customer's own rule (customerFaults). */
const form = z.strictObject({
  number: z.string(),
  name: z.string(),
  email: z.string(),
  language: z.string(),
  address: z.string(),
});

/** The office's pages of who owes. */
export function customersRoutes({
  db,
  clock,
  showReminders,
}: {
  db: Db;
  clock: Clock;
  showReminders: ShowReminders;
}): Router {
  const router = Router();

  router.get(paths.customers(), may('customers.read'), async (req, res) => {
    const search = queryText(req, 'q');
    const before = queryText(req, 'before') || undefined;
    render(res, customersPage(await listCustomers(db, { search, before }), { search, before }));
  });

  router.get(paths.newCustomer(), may('customers.change'), (_req, res) => {
    render(res, customerForm({}));
  });

  router.post(paths.newCustomer(), may('customers.change'), async (req, res) => {
    const { ok, values, typed, errors } = readForm(form, req);
    if (!ok) return render(res, customerForm({ typed, errors }), 422);
    try {
      const customer = await createCustomer({ db, clock }, values, actorOf(req, res));
      req.session.flash = { tone: 'ok', text: `Created customer ${customer.number}.` };
      res.redirect(303, paths.customer(customer.id));
    } catch (error) {
      render(res, customerForm({ typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  router.get(paths.customer(':id'), may('customers.read'), async (req, res) => {
    const customer = await readCustomer(db, String(req.params.id));
    const customerId = customer.id;
    const [invoices, deposits, links, payments, cards, history, reminders] = await Promise.all([
      recentClaims(db, customerId, 'invoice'),
      recentClaims(db, customerId, 'deposit'),
      recentLinks(db, { customerId }),
      recentPayments(db, { customerId }),
      savedCardsOf(db, customerId),
      auditOf(db, customerId),
      showReminders(customerId),
    ]);
    const { timeZone = 'UTC' } = res.locals.surroundings as Surroundings;
    const today = dayInZone(nowIso(clock), timeZone);
    const lists = { invoices, deposits, links, payments, cards, history };
    render(res, customerPage({ customer, ...lists, reminders, now: clock.now(), today }));
  });

  router.get(paths.editCustomer(':id'), may('customers.change'), async (req, res) => {
    render(res, customerForm({ customer: await readCustomer(db, String(req.params.id)) }));
  });

  router.post(paths.editCustomer(':id'), may('customers.change'), async (req, res) => {
    const customer = await readCustomer(db, String(req.params.id));
    const { ok, values, typed, errors } = readForm(form, req);
    if (!ok) return render(res, customerForm({ customer, typed, errors }), 422);
    try {
      const changed = await changeCustomer({ db, clock }, customer.id, values, actorOf(req, res));
      req.session.flash = { tone: 'ok', text: changed.length > 0 ? 'Saved the changes.' : 'Nothing was changed.' };
      res.redirect(303, paths.customer(customer.id));
    } catch (error) {
      render(res, customerForm({ customer, typed, errors: fieldErrorsOf(error) }), 422);
    }
  });

  return router;
}
