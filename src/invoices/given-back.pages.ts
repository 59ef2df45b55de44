import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { REFUND_STATE_WORDS } from '../payables/refund-state-words.ts';
import { withQuery } from '../platform/web/query.ts';
import { creditNoteNumber } from './credit-note.ts';
import type { GivenBack } from './given-back.store.ts';

const METHODS = { card: 'card', cash: 'cash', cheque: 'cheque', transfer: 'bank transfer' };

/** The section of an invoice on refunds and credit notes. */
export function givenBackShown(
  { refunds, creditNotes, refundable }: GivenBack,
  { invoiceId, currency }: { invoiceId: string; currency: string },
) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency });
  return {
    refunds: refunds.map((one) => ({
      href: paths.refund(one.id),
      at: one.at,
      amount: show(one.amountMinor),
      outcome: one.outcome === 'claim-reduced' ? 'Claim reduced' : 'Owed again',
      badge: { text: REFUND_STATE_WORDS[one.state].label, tone: REFUND_STATE_WORDS[one.state].tone },
    })),
    creditNotes: creditNotes.toReversed().map((note) => ({
      href: paths.creditNote(note.id),
      number: creditNoteNumber(note.number),
      at: note.issuedAt,
      amount: show(note.amountMinor),
      withdrawn: note.withdrawn !== undefined,
    })),
    refundable: refundable.map((one) => ({
      href: withQuery(paths.refundPayment(one.paymentId), { document: invoiceId }),
      label: `Refund ${show(one.settledMinor)} paid by ${METHODS[one.method]}…`,
    })),
  };
}
