import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { PaymentInTheWay } from '../payables/lease.ts';
import { inTheWayShown } from '../payables/reason.pages.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { CREDIT_REASONS, type CreditNote, creditNoteNumber, LONGEST_CREDIT_REASON } from './credit-note.ts';
import type { Invoice } from './invoices.store.ts';

/** The form that credits what is open of an invoice. */
export function newCreditNotePage({
  invoice: { payable, customer },
  typed,
  errors = {},
  inTheWay,
}: {
  invoice: Invoice;
  typed: Record<string, string>;
  errors?: FieldErrors;
  inTheWay?: PaymentInTheWay | undefined;
}) {
  const { id, number, currency, dueMinor } = payable;
  const action = paths.newCreditNote(id);
  return {
    view: 'invoices/new-credit-note',
    layout: 'office' as const,
    title: `Credit invoice ${number}`,
    back: { label: `Invoice ${number}`, href: paths.invoice(id) },
    action,
    customer: { name: customer.name, href: paths.customer(customer.id) },
    currency,
    due: dueMinor > 0 ? showMoneyWithCode({ amountMinor: dueMinor, currency }) : '',
    // What a dispute decided is credited by the dispute.
    reasons: Object.entries(CREDIT_REASONS)
      .filter(([value]) => value !== 'dispute')
      .map(([value, label]) => ({ value, label })),
    longest: LONGEST_CREDIT_REASON,
    typed,
    errors,
    inTheWay: inTheWay && inTheWayShown(inTheWay, action),
  } satisfies Page & Record<string, unknown>;
}

/** One credit note. */
export function creditNotePage(note: CreditNote) {
  const { content, currency } = note;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  return {
    view: 'invoices/credit-note',
    layout: 'office' as const,
    title: `Credit note ${creditNoteNumber(note.number)}`,
    id: note.id,
    badge: note.withdrawn ? { tone: 'muted', text: 'Taken back' } : { tone: 'ok', text: 'Issued' },
    withdrawn: note.withdrawn,
    amount: show(note.amountMinor),
    before: show(content.dueBeforeMinor),
    after: show(content.dueAfterMinor),
    invoice: { href: paths.invoice(note.payableId), number: content.invoice.number },
    customer: { href: paths.customer(note.customerId), name: content.customer.name, number: content.customer.number },
    refundHref: note.refundId ? paths.refund(note.refundId) : undefined,
    issuedAt: note.issuedAt,
    issuedBy: note.issuedBy ?? 'The portal',
    reason: CREDIT_REASONS[note.reasonKind],
    words: note.reason,
  } satisfies Page & Record<string, unknown>;
}
