import { accountLabel } from '../accounts/account.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { cardText } from '../words/card-brand.ts';
import { PAYMENT_STATE_WORDS } from './payment.ts';
import { badgeOf, CHANNELS, declineText, METHODS } from './payment-words.ts';
import type { ListedPayment, PaymentFilter } from './payments-list.store.ts';

export interface PaymentsShown {
  page: KeysetPage<ListedPayment>;
  filter: PaymentFilter;
  accounts: Array<{ id: string; name: string; livemode: boolean }>;
  /** Whose payments these are, where the list is narrowed to one customer. */
  customer: { id: string; name: string } | undefined;
  /** The day as it was typed, and what is wrong with it. */
  settled: string;
  errors: FieldErrors;
}

/** How a payment that is or was disputed is marked in a list. */
function disputeWord(state: NonNullable<ListedPayment['dispute']>): string {
  if (state === 'lost') return 'Dispute lost';
  if (state === 'inquiry_closed') return 'Asked about, and closed';
  return state === 'won' || state === 'prevented' ? 'Dispute won' : 'Disputed';
}

export function paymentsPage({ page, filter, accounts, customer, settled, errors }: PaymentsShown) {
  const query = {
    q: filter.search,
    state: filter.state,
    account: filter.accountId,
    declined: filter.declined ? 'yes' : undefined,
    settled: filter.settledOn,
    customer: filter.customerId,
  };
  return {
    view: 'payments/payments',
    layout: 'office' as const,
    title: 'Payments',
    typed: Object.fromEntries(Object.entries({ ...query, settled }).map(([name, value]) => [name, value ?? ''])),
    errors,
    filtered: Object.values(query).some(Boolean),
    customer,
    states: Object.entries(PAYMENT_STATE_WORDS).map(([value, { label }]) => ({ value, label })),
    accounts: accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
    payments: page.rows.map((row) => ({
      id: row.id,
      createdAt: row.createdAt,
      customer: row.customer,
      documents: row.documents,
      amount: showMoneyWithCode(row.amount),
      // What is not paid by card costs no gateway's fee.
      net: row.net ? `${showMoneyWithCode(row.net)} net` : isFeeAwaited(row) ? 'fee not known yet' : '',
      paidBy: row.card ? cardText(row.card.brand, row.card.last4) : METHODS[row.method],
      entry: CHANNELS[row.channel],
      account: row.accountName ?? '',
      badge: badgeOf({ ...row, amountMinor: row.amount.amountMinor }),
      dispute: row.dispute && disputeWord(row.dispute),
      declined: row.attempt?.state === 'declined' ? declineText(row.attempt) : undefined,
    })),
    pager: {
      newer: filter.before ? withQuery(paths.payments(), query) : undefined,
      older: page.olderThan ? withQuery(paths.payments(), { ...query, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function isFeeAwaited({ method, state }: ListedPayment): boolean {
  return method === 'card' && state === 'paid';
}
