import { plainAmount, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { METHODS } from '../payments/payment-words.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { brandName, cardText } from '../words/card-brand.ts';
import { REFUND_REASONS, type Refund } from './refund.ts';
import type { PaymentRoom } from './refund-rooms.store.ts';
import { sumField } from './reserve-payment-refund.ts';

/** "Refund this payment": of which documents how much, what becomes of the claims, why, and on which way. */
export function refundPaymentPage({
  room,
  typed,
  errors = {},
}: {
  room: PaymentRoom;
  typed: Record<string, string>;
  errors?: FieldErrors;
}) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: room.currency });
  return {
    view: 'refunds/refund-payment',
    layout: 'office' as const,
    title: 'Refund this payment',
    back: { label: 'Payment', href: paths.payment(room.paymentId) },
    action: paths.refundPayment(room.paymentId),
    customerHref: paths.customer(room.customerId),
    paid: show(room.amountMinor),
    gone: room.goneMinor > 0 ? show(room.goneMinor) : '',
    left: room.leftMinor > 0 ? show(room.leftMinor) : '',
    paidBy: room.card ? cardText(room.card.brand, room.card.last4) : METHODS[room.method],
    shares: sharesShown(room),
    ways: waysOf(room),
    byHand: room.method !== 'card' || room.closed,
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}

/** The fields of the documents of a payment, and the choices beside them. */
export function sharesShown(room: PaymentRoom) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: room.currency });
  return {
    currency: room.currency,
    documents: room.documents.map(({ payable, settledMinor, promisedMinor, leftMinor }) => ({
      field: sumField(payable.id),
      label: `${payable.kind === 'invoice' ? 'Of invoice' : 'Of deposit'} ${payable.number}`,
      hint: [
        leftMinor > 0 ? `Up to ${show(leftMinor)}` : 'Nothing is left',
        settledMinor > leftMinor ? `of the ${show(settledMinor)} that this payment settled` : '',
        promisedMinor > 0 ? `(${show(promisedMinor)} is promised or on its way back already)` : '',
      ]
        .filter(Boolean)
        .join(' '),
    })),
    hasInvoices: room.documents.some(({ payable }) => payable.kind === 'invoice'),
    outcomes: [
      {
        value: 'owed-again',
        label: 'Owed again',
        hint: 'The invoice is open again by this sum, and its closed links work again.',
      },
      {
        value: 'claim-reduced',
        label: 'Claim reduced',
        hint: 'A credit note lowers the invoice by this sum: nothing more is to be paid for it.',
      },
    ],
    reasons: [...REFUND_REASONS],
  };
}

/** To begin with all that is left, or all that is left of one document. */
export function sumsToBeginWith(room: PaymentRoom, documentId?: string): Record<string, string> {
  const named = room.documents.some(({ payable }) => payable.id === documentId);
  return Object.fromEntries(
    room.documents
      .filter(({ payable, leftMinor }) => leftMinor > 0 && (!named || payable.id === documentId))
      .map(({ payable, leftMinor }) => [
        sumField(payable.id),
        plainAmount({ amountMinor: leftMinor, currency: room.currency }),
      ]),
  );
}

/** What was found at the gateway, to be told of which documents it was. */
export function explainShown(refund: Refund, room: PaymentRoom) {
  const { amountMinor, currency } = refund;
  return { ...sharesShown(room), sum: showMoneyWithCode({ amountMinor, currency }) };
}

function waysOf({ method, card, closed }: PaymentRoom) {
  const toCard = {
    value: 'card',
    label: card ? `To the card that paid: ${brandName(card.brand)} ending in ${card.last4}` : 'To the card that paid',
  };
  const hint = 'You have given it back or do so now';
  const byHand = [
    { value: 'transfer', label: 'By bank transfer', hint },
    { value: 'cheque', label: 'By cheque', hint },
    { value: 'cash', label: 'In cash', hint },
  ];
  return [...(method === 'card' ? [toCard] : []), ...(method !== 'card' || closed ? byHand : [])];
}
