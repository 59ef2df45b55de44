import type { AuditLine } from '../audit/audit.store.ts';
import type { Customer } from '../customers/customer.ts';
import { historyShown, linkShown, paymentShown, section } from '../customers/customer-activity.pages.ts';
import type { LinkShown, PaymentShown } from '../customers/customer-activity.store.ts';
import type { RemindersShown } from '../customers/reminders-shown.ts';
import { COMMON_CURRENCIES } from '../money/currency.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Application } from '../payables/applications.store.ts';
import { PAYABLE_STATES } from '../payables/payable.ts';
import { whyNotVoidable } from '../payables/void-payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { whyFixed } from './change-invoice.ts';
import { givenBackShown } from './given-back.pages.ts';
import type { GivenBack } from './given-back.store.ts';
import { AGES, INVOICE_AGES } from './invoice-age.ts';
import { asksForOwed, INVOICE_STATES, type InvoiceFilter } from './invoice-filter.ts';
import { example, numbers, rowsOf, type Typed } from './invoice-form.ts';
import type { Invoice, InvoiceRow } from './invoices.store.ts';

/** The list: one page of it under a filter. `today` is the company's day. */
export function invoicesPage(
  { rows, olderThan }: KeysetPage<InvoiceRow>,
  {
    filter,
    before,
    currencies,
    customer,
    today,
  }: {
    filter: InvoiceFilter;
    before: string | undefined;
    currencies: string[];
    customer: Customer | undefined;
    today: string;
  },
) {
  const { search: q, state, currency, customerId } = filter;
  const query = { q, state, currency, customer: customerId, overdue: filter.overdueOn ? 'yes' : '', age: filter.age };
  return {
    view: 'invoices/invoices',
    layout: 'office' as const,
    title: 'Invoices',
    typed: query,
    filtered: Object.values(query).some(Boolean),
    byDueDay: asksForOwed(filter),
    customer: customer && { id: customer.id, name: customer.name, href: paths.customer(customer.id) },
    withoutCustomer: withQuery(paths.invoices(), { ...query, customer: '' }),
    states: INVOICE_STATES.map((value) => ({ value, label: PAYABLE_STATES[value].label })),
    currencies: currencies.map((value) => ({ value, label: value })),
    ages: AGES.map((value) => ({ value, label: INVOICE_AGES[value].label })),
    selection: {
      from: withQuery(paths.invoices(), { ...query, before }),
      all: withQuery(paths.sendLinks(), { all: 'invoices', from: withQuery(paths.invoices(), query), ...query }),
    },
    invoices: rows.map((row) => ({
      pick: { id: row.id, number: row.number, disabled: row.dueMinor === 0 },
      href: paths.invoice(row.id),
      number: row.number,
      customerHref: paths.customer(row.customerId),
      customerName: row.customerName,
      badge: badgeOf(row.state),
      dueOn: row.dueOn,
      overdue: row.dueMinor > 0 && row.dueOn < today,
      total: showMoneyWithCode({ amountMinor: row.totalMinor, currency: row.currency }),
      due: showMoneyWithCode({ amountMinor: row.dueMinor, currency: row.currency }),
    })),
    pager: {
      newer: before ? withQuery(paths.invoices(), query) : undefined,
      older: olderThan ? withQuery(paths.invoices(), { ...query, before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

export function badgeOf(state: keyof typeof PAYABLE_STATES) {
  return { text: PAYABLE_STATES[state].label, tone: PAYABLE_STATES[state].tone };
}

/** The form, for a new invoice or (with `invoice`) to change one; `form` in errors is said at its top. */
export function invoiceForm({
  invoice,
  typed,
  errors = {},
}: {
  invoice?: Invoice;
  typed: Typed;
  errors?: FieldErrors;
}) {
  const currency = invoice?.draft.currency ?? typed.currency ?? '';
  return {
    view: 'invoices/invoice-form',
    layout: 'office' as const,
    title: invoice ? `Change invoice ${invoice.payable.number}` : 'New invoice',
    back: invoice
      ? { label: `Invoice ${invoice.payable.number}`, href: paths.invoice(invoice.payable.id) }
      : { label: 'Invoices', href: paths.invoices() },
    action: invoice ? paths.editInvoice(invoice.payable.id) : paths.newInvoice(),
    button: invoice ? 'Save changes' : 'Create invoice',
    fixed: invoice && { customer: `${invoice.customer.number} · ${invoice.customer.name}`, currency },
    typed,
    errors,
    example: example(currency),
    currencies: COMMON_CURRENCIES,
    lineNumbers: numbers(rowsOf(typed)),
    rows: rowsOf(typed),
    canAdd: rowsOf(typed) < 30,
  } satisfies Page & Record<string, unknown>;
}

/** One invoice: what it says, what is due, and what happened to it. */
export function invoicePage({
  invoice: { payable, draft, customer, paidElsewhereMinor },
  links,
  payments,
  applied,
  givenBack,
  history,
  reminders,
  now,
  today,
}: {
  invoice: Invoice;
  links: LinkShown[];
  payments: PaymentShown[];
  applied: Application[];
  givenBack: GivenBack;
  history: AuditLine[];
  reminders: RemindersShown;
  now: Date;
  today: string;
}) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payable.currency });
  return {
    view: 'invoices/invoice',
    layout: 'office' as const,
    title: `Invoice ${payable.number}`,
    invoice: {
      id: payable.id,
      badge: badgeOf(payable.state),
      customerHref: paths.customer(customer.id),
      customerName: customer.name,
      customerNumber: customer.number,
      issuedOn: draft.issuedOn,
      dueOn: draft.dueOn,
      overdue: payable.dueMinor > 0 && draft.dueOn < today,
      orderReference: draft.orderReference,
      note: draft.note,
      lines: draft.lines.map((line) => ({ ...line, amount: show(line.amountMinor) })),
      total: show(payable.totalMinor),
      paid: show(payable.paidMinor - payable.creditedMinor),
      credited: payable.creditedMinor > 0 ? show(payable.creditedMinor) : '',
      paidElsewhere: paidElsewhereMinor > 0 ? show(paidElsewhereMinor) : '',
      due: show(payable.dueMinor),
      canSend: payable.dueMinor > 0,
      canChange: whyFixed(payable) === undefined,
      canVoid: whyNotVoidable(payable) === undefined,
    },
    links: section(
      links.map((link) => linkShown(link, now)),
      withQuery(paths.links(), { q: payable.number }),
    ),
    payments: section(payments.map(paymentShown), withQuery(paths.payments(), { q: payable.number })),
    applied: applied.map(appliedShown),
    givenBack: givenBackShown(givenBack, { invoiceId: payable.id, currency: payable.currency }),
    history: historyShown(history),
    reminders,
  } satisfies Page & Record<string, unknown>;
}

/** A deposit that was set against the invoice, as one line. */
function appliedShown(one: Application) {
  return {
    href: paths.deposit(one.depositId),
    number: one.depositNumber,
    amount: showMoneyWithCode({ amountMinor: one.amountMinor, currency: one.currency }),
    at: one.appliedAt,
    by: one.appliedBy ?? 'The portal, since the order is the same',
    unappliedAt: one.unappliedAt,
  };
}
