import type { AuditLine } from '../audit/audit.store.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { LANGUAGES } from '../words/words.ts';
import type { Customer, CustomerDraft } from './customer.ts';
import { claimShown, historyShown, linkShown, paymentShown, section } from './customer-activity.pages.ts';
import type { ClaimShown, LinkShown, PaymentShown } from './customer-activity.store.ts';
import { cardShown } from './customer-cards.pages.ts';
import type { CardShown } from './customer-cards.store.ts';
import type { RemindersShown } from './reminders-shown.ts';

/** The list: one page of it, and what was searched for. */
export function customersPage(
  { rows, olderThan }: KeysetPage<Customer>,
  { search, before }: { search: string; before: string | undefined },
) {
  return {
    view: 'customers/customers',
    layout: 'office' as const,
    title: 'Customers',
    typed: { q: search },
    customers: rows.map((row) => ({ ...row, href: paths.customer(row.id) })),
    pager: {
      newer: before ? withQuery(paths.customers(), { q: search }) : undefined,
      older: olderThan ? withQuery(paths.customers(), { q: search, before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

/** The form, for a new customer or (with `customer`) to change one. */
export function customerForm({
  customer,
  typed,
  errors = {},
}: {
  customer?: Customer;
  typed?: Record<string, string>;
  errors?: FieldErrors;
}) {
  return {
    view: 'customers/customer-form',
    layout: 'office' as const,
    title: customer ? `Change ${customer.name}` : 'New customer',
    back: customer
      ? { label: customer.name, href: paths.customer(customer.id) }
      : { label: 'Customers', href: paths.customers() },
    action: customer ? paths.editCustomer(customer.id) : paths.newCustomer(),
    button: customer ? 'Save changes' : 'Create customer',
    typed: typed ?? { ...(customer ?? EMPTY) },
    errors,
    languages: Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
  } satisfies Page & Record<string, unknown>;
}

const EMPTY: CustomerDraft = { number: '', name: '', email: '', language: 'en', address: '' };

/** One customer and the newest of what happened with them; sums are told in words. */
export function customerPage({
  customer,
  invoices,
  deposits,
  links,
  payments,
  cards,
  history,
  reminders,
  now,
  today,
}: {
  customer: Customer;
  invoices: ClaimShown[];
  deposits: ClaimShown[];
  links: LinkShown[];
  payments: PaymentShown[];
  cards: CardShown[];
  history: AuditLine[];
  reminders: RemindersShown;
  now: Date;
  /** The day where the company is, yyyy-mm-dd. */
  today: string;
}) {
  return {
    view: 'customers/customer',
    layout: 'office' as const,
    title: customer.name,
    customer: { ...customer, languageName: LANGUAGES[customer.language] ?? customer.language },
    invoices: section(invoices.map(claimShown), withQuery(paths.invoices(), { customer: customer.id })),
    deposits: section(deposits.map(claimShown), withQuery(paths.deposits(), { customer: customer.id })),
    /** Something that a link can be made for. */
    selection: [...invoices, ...deposits].some((claim) => !claimShown(claim).pick.disabled)
      ? { from: paths.customer(customer.id), all: undefined }
      : undefined,
    links: section(
      links.map((link) => linkShown(link, now)),
      withQuery(paths.links(), { customer: customer.id }),
    ),
    payments: section(payments.map(paymentShown), withQuery(paths.payments(), { customer: customer.id })),
    cards: cards.map((card) => cardShown(card, customer.id, today)),
    history: historyShown(history),
    reminders,
  } satisfies Page & Record<string, unknown>;
}
