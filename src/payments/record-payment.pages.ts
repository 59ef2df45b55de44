import type { Customer } from '../customers/customer.ts';
import { example } from '../invoices/invoice-form.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { PaymentInTheWay } from '../payables/lease.ts';
import type { Payable } from '../payables/payable.ts';
import { inTheWayShown } from '../payables/reason.pages.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { METHODS } from './payment-words.ts';
import { LONGEST_PAYMENT_NOTE, LONGEST_REFERENCE, RECORDED_METHODS } from './recorded-payment.ts';

export interface RecordShown {
  payable: Payable;
  customer: Pick<Customer, 'name' | 'email'>;
  today: string;
  /** What the form holds, its submission id and the version of the balance included. */
  typed: Record<string, string>;
  errors: FieldErrors;
  inTheWay: PaymentInTheWay | undefined;
}

/** The form with which staff record money that has come. */
export function recordPaymentPage({ payable, customer, today, typed, errors, inTheWay }: RecordShown) {
  const { id, kind, number, currency } = payable;
  const { submissionId: _once, version: _seen, ...kept } = typed;
  return {
    view: 'payments/record-payment',
    layout: 'office' as const,
    title: 'Record payment',
    back: {
      label: `${kind === 'invoice' ? 'Invoice' : 'Deposit'} ${number}`,
      href: kind === 'invoice' ? paths.invoice(id) : paths.deposit(id),
    },
    action: paths.recordPayment(id),
    facts: [
      { label: 'Customer', value: customer.name },
      { label: kind === 'invoice' ? 'Total' : 'Asked for', value: show(payable.totalMinor, currency) },
      { label: 'Paid so far', value: show(payable.paidMinor, currency) },
    ],
    due: show(payable.dueMinor, currency),
    methods: [
      ...RECORDED_METHODS.map((method) => ({ value: method, label: METHODS[method] })),
      { value: 'card', label: 'Credit card', hint: 'You enter the card on the next page.' },
    ],
    currency,
    example: example(currency),
    today,
    email: customer.email,
    longest: { reference: LONGEST_REFERENCE, note: LONGEST_PAYMENT_NOTE },
    typed,
    errors,
    inTheWay: inTheWay && inTheWayShown(inTheWay, withQuery(paths.recordPayment(id), { again: 'yes', ...kept })),
  } satisfies Page & Record<string, unknown>;
}

function show(amountMinor: number, currency: string): string {
  return showMoneyWithCode({ amountMinor, currency });
}
