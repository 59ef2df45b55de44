import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { Customer } from '../customers/customer.ts';
import { historyShown, linkShown, paymentShown, section } from '../customers/customer-activity.pages.ts';
import type { LinkShown, PaymentShown } from '../customers/customer-activity.store.ts';
import { COMMON_CURRENCIES } from '../money/currency.ts';
import { showPercent } from '../money/percent.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Application } from '../payables/applications.store.ts';
import { PAYABLE_STATES, type PayableState } from '../payables/payable.ts';
import { whyNotVoidable } from '../payables/void-payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { DepositDraft } from './deposit.ts';
import { capital, refundShown, timelineOf } from './deposit-activity.pages.ts';
import type { PaidIn, RefundShown } from './deposit-activity.store.ts';
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
      left: showMoneyWithCode({ amountMinor: row.leftMinor, currency: row.currency }),
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

/** What is shown to be confirmed before a deposit is asked for. */
interface ToConfirm {
  agreed: string;
  draft: DepositDraft;
  /** Deposits of the customer for the same order that are still open. */
  others: ReadonlyArray<{ id: string; number: string; currency: string; totalMinor: number }>;
}

/** The form that asks for one; with `confirm` it says first what it would ask for. */
export function depositForm({
  typed,
  errors = {},
  confirm,
}: {
  typed: Record<string, string>;
  errors?: FieldErrors;
  confirm?: ToConfirm;
}) {
  return {
    view: 'deposits/deposit-form',
    layout: 'office' as const,
    title: 'Request a deposit',
    typed: { ask: 'sum', ...typed },
    errors,
    confirm: confirm && confirmShown(confirm),
    currencies: COMMON_CURRENCIES,
  } satisfies Page & Record<string, unknown>;
}

function confirmShown({ agreed, draft, others }: ToConfirm) {
  const show = (amountMinor: number, currency = draft.currency) => showMoneyWithCode({ amountMinor, currency });
  return {
    agreed,
    sum:
      draft.percentBasisPoints && draft.orderTotalMinor !== null
        ? `${showPercent(draft.percentBasisPoints)} of ${show(draft.orderTotalMinor)} is ${show(draft.totalMinor)}.`
        : others.length > 0
          ? ''
          : `The sum is now ${show(draft.totalMinor)}.`,
    others: others.map((other) => ({
      href: paths.deposit(other.id),
      number: other.number,
      total: show(other.totalMinor, other.currency),
    })),
    button: `${others.length > 0 ? 'Request it all the same' : 'Request'}: ${show(draft.totalMinor)}`,
  };
}

/** One deposit: what was asked for, what came, and what happened to it. */
export function depositPage({
  deposit,
  links,
  payments,
  history,
  activity,
  now,
}: {
  deposit: Deposit;
  links: LinkShown[];
  payments: PaymentShown[];
  history: AuditLine[];
  activity: { paid: PaidIn[]; applications: Application[]; refunds: RefundShown[] };
  now: Date;
}) {
  const { payable, balance, customer, orderTotalMinor, percentBasisPoints } = deposit;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payable.currency });
  const asked = history.find((line) => line.action === 'deposit.requested');
  const by = asked ? whoDid(asked) : 'the portal';
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
      orderReference: deposit.orderReference,
      ofOrder: orderTotalMinor === null ? '' : ofOrder(show(orderTotalMinor), percentBasisPoints),
      note: deposit.note,
      total: show(payable.totalMinor),
      paid: show(payable.paidMinor),
      due: show(payable.dueMinor),
      left: show(balance.leftMinor),
      applied: balance.appliedMinor > 0 ? show(balance.appliedMinor) : '',
      refunded: balance.refundedMinor > 0 ? show(balance.refundedMinor) : '',
      refunding: balance.refundingMinor > 0 ? show(balance.refundingMinor) : '',
      disputed: balance.disputedMinor > 0 ? show(balance.disputedMinor) : '',
      canSend: payable.dueMinor > 0,
      canUse: balance.leftMinor > 0,
      mayUnapply: balance.appliedMinor > 0,
      canVoid: whyNotVoidable(payable, balance) === undefined,
    },
    links: section(
      links.map((link) => linkShown(link, now)),
      withQuery(paths.links(), { q: payable.number }),
    ),
    payments: section(payments.map(paymentShown), withQuery(paths.payments(), { q: payable.number })),
    timeline: timelineOf({
      ...activity,
      asked: { at: deposit.createdAt, by: capital(by), amountMinor: payable.totalMinor },
      currency: payable.currency,
    }),
    refunds: activity.refunds.map((refund) => refundShown(refund, payable.currency)).reverse(),
    history: historyShown(history),
  } satisfies Page & Record<string, unknown>;
}

function ofOrder(orderTotal: string, percentBasisPoints: number | null): string {
  return percentBasisPoints
    ? `${showPercent(percentBasisPoints)} of an order of ${orderTotal}`
    : `Of an order of ${orderTotal}`;
}
