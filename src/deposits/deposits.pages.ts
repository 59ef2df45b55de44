import type { AuditLine } from '../audit/audit.store.ts';
import type { Customer } from '../customers/customer.ts';
import { historyShown, linkShown, paymentShown, section } from '../customers/customer-activity.pages.ts';
import type { LinkShown, PaymentShown } from '../customers/customer-activity.store.ts';
import { COMMON_CURRENCIES } from '../money/currency.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { PAYABLE_STATES, type PayableState } from '../payables/payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { DEPOSIT_STATES, type DepositFilter } from './deposit-filter.ts';
import type { Deposit, DepositRow } from './deposits.store.ts';

/** The list: one page of it under a filter. */
export function depositsPage(
  { rows, olderThan }: KeysetPage<DepositRow>,
  {
    filter,
    before,
    currencies,
    customer,
  }: { filter: DepositFilter; before: string | undefined; currencies: string[]; customer: Customer | undefined },
) {
  const { search: q, state, currency, customerId } = filter;
  const query = { q, state, currency, customer: customerId };
  return {
    view: 'deposits/deposits',
    layout: 'office' as const,
    title: 'Deposits',
    typed: query,
    filtered: Object.values(query).some(Boolean),
    customer: customer && { id: customer.id, name: customer.name, href: paths.customer(customer.id) },
    withoutCustomer: withQuery(paths.deposits(), { ...query, customer: '' }),
    states: DEPOSIT_STATES.map((value) => ({ value, label: PAYABLE_STATES[value].label })),
    currencies: currencies.map((value) => ({ value, label: value })),
    selection: {
      from: withQuery(paths.deposits(), { ...query, before }),
      all: withQuery(paths.sendLinks(), { all: 'deposits', from: withQuery(paths.deposits(), query), ...query }),
    },
    deposits: rows.map((row) => ({
      pick: { id: row.id, number: row.number, disabled: row.dueMinor === 0 },
      href: paths.deposit(row.id),
      number: row.number,
      customerHref: paths.customer(row.customerId),
      customerName: row.customerName,
      orderReference: row.orderReference,
      badge: badgeOf(row.state),
      createdAt: row.createdAt,
      total: showMoneyWithCode({ amountMinor: row.totalMinor, currency: row.currency }),
      due: showMoneyWithCode({ amountMinor: row.dueMinor, currency: row.currency }),
    })),
    pager: {
      newer: before ? withQuery(paths.deposits(), query) : undefined,
      older: olderThan ? withQuery(paths.deposits(), { ...query, before: olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function badgeOf(state: PayableState) {
  return { text: PAYABLE_STATES[state].label, tone: PAYABLE_STATES[state].tone };
}

/** The form that asks for one. */
export function depositForm({ typed, errors = {} }: { typed: Record<string, string>; errors?: FieldErrors }) {
  return {
    view: 'deposits/deposit-form',
    layout: 'office' as const,
    title: 'Request a deposit',
    typed,
    errors,
    currencies: COMMON_CURRENCIES,
  } satisfies Page & Record<string, unknown>;
}

/** One deposit: what was asked for, what came, and what happened to it. */
export function depositPage({
  deposit: { payable, customer, orderReference, orderTotalMinor, note },
  links,
  payments,
  history,
  now,
}: {
  deposit: Deposit;
  links: LinkShown[];
  payments: PaymentShown[];
  history: AuditLine[];
  now: Date;
}) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payable.currency });
  return {
    view: 'deposits/deposit',
    layout: 'office' as const,
    title: `Deposit ${payable.number}`,
    deposit: {
      id: payable.id,
      badge: badgeOf(payable.state),
      customerHref: paths.customer(customer.id),
      customerName: customer.name,
      customerNumber: customer.number,
      orderReference,
      orderTotal: orderTotalMinor === null ? '' : show(orderTotalMinor),
      note,
      total: show(payable.totalMinor),
      paid: show(payable.paidMinor),
      due: show(payable.dueMinor),
      canSend: payable.state === 'requested' && payable.dueMinor > 0,
    },
    links: section(
      links.map((link) => linkShown(link, now)),
      withQuery(paths.links(), { q: payable.number }),
    ),
    payments: section(payments.map(paymentShown), withQuery(paths.payments(), { q: payable.number })),
    history: historyShown(history),
  } satisfies Page & Record<string, unknown>;
}
