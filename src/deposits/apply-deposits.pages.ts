import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Application } from '../payables/applications.store.ts';
import { newId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { textKey } from '../platform/text-key.ts';
import type { Page } from '../platform/web/render.ts';
import { type Applicable, MOST_APPLICABLE } from './applicable.store.ts';

/** What a press of "Apply" that was refused left behind: which row, what was typed, why not. */
export interface RefusedApplication {
  otherId: string;
  typed: Record<string, string>;
  sentence: string;
  /** The card payment that is in the way, where one is. */
  paymentId?: string | undefined;
}

/** The invoice or the deposit whose page it is; `amountMinor` is what is due on it or left of it. */
export interface Subject {
  kind: 'invoice' | 'deposit';
  id: string;
  number: string;
  currency: string;
  amountMinor: number;
  orderReference: string;
  customer: { id: string; name: string };
}

/** "Apply deposits", of an invoice or of a deposit: what is available, and what was applied before. */
export function applyDepositsPage({
  subject,
  available,
  applied,
  refused,
}: {
  subject: Subject;
  available: Applicable[];
  applied: Application[];
  refused?: RefusedApplication | undefined;
}) {
  const { kind, currency } = subject;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  const ofInvoice = kind === 'invoice';
  const errors: FieldErrors = refused ? { [`amount-${refused.otherId}`]: refused.sentence } : {};
  const inTheWay = refused?.paymentId;
  return {
    view: 'deposits/apply-deposits',
    layout: 'office' as const,
    title: ofInvoice ? `Apply deposits to invoice ${subject.number}` : `Apply deposit ${subject.number} to invoices`,
    id: subject.id,
    ofInvoice,
    back: {
      label: `${ofInvoice ? 'Invoice' : 'Deposit'} ${subject.number}`,
      href: ofInvoice ? paths.invoice(subject.id) : paths.deposit(subject.id),
    },
    customer: { name: subject.customer.name, href: paths.customer(subject.customer.id) },
    action: ofInvoice ? paths.depositsForInvoice(subject.id) : paths.invoicesForDeposit(subject.id),
    open: show(subject.amountMinor),
    errors: inTheWay ? {} : errors,
    inTheWay: inTheWay ? { sentence: refused.sentence, paymentId: inTheWay } : undefined,
    currency,
    available: available.map((row) => {
      const typed = refused?.otherId === row.id ? refused.typed : undefined;
      const fits = Math.min(row.amountMinor, subject.amountMinor);
      return {
        id: row.id,
        number: row.number,
        href: ofInvoice ? paths.deposit(row.id) : paths.invoice(row.id),
        orderReference: row.orderReference,
        sameOrder: subject.orderReference !== '' && textKey(row.orderReference) === textKey(subject.orderReference),
        dueOn: row.dueOn,
        open: show(row.amountMinor),
        amount: typed?.amount ?? plainAmount({ amountMinor: fits, currency }),
        error: errors[`amount-${row.id}`],
        submissionId: newId('req'),
      };
    }),
    more: available.length === MOST_APPLICABLE,
    // A field for the sum makes sense only where something can be moved.
    nothing: subject.amountMinor > 0 ? '' : ofInvoice ? 'Nothing is due on this invoice.' : 'Nothing is left of it.',
    applied: applied.map((one) => ({
      id: one.id,
      number: ofInvoice ? one.depositNumber : one.invoiceNumber,
      href: ofInvoice ? paths.deposit(one.depositId) : paths.invoice(one.invoiceId),
      amount: show(one.amountMinor),
      at: one.appliedAt,
      by: one.appliedBy ?? 'The portal',
      unappliedAt: one.unappliedAt,
      unappliedBy: one.unappliedBy ?? 'the portal',
    })),
  } satisfies Page & Record<string, unknown>;
}
