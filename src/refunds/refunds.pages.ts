import type { Deposit } from '../deposits/deposits.store.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { brandName } from '../words/card-brand.ts';
import type { RefundRoom } from './refund.ts';

/** "Refund the rest" of a deposit: how much, and on which way; to the card that paid where one did. */
export function refundDepositPage({
  deposit: { payable, customer, balance },
  room,
  typed,
  errors = {},
}: {
  deposit: Deposit;
  room: RefundRoom;
  typed: Record<string, string>;
  errors?: FieldErrors;
}) {
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: payable.currency });
  return {
    view: 'refunds/refund-deposit',
    layout: 'office' as const,
    title: `Refund deposit ${payable.number}`,
    back: { label: `Deposit ${payable.number}`, href: paths.deposit(payable.id) },
    action: paths.refundDeposit(payable.id),
    customer: { name: customer.name, href: paths.customer(customer.id) },
    currency: payable.currency,
    left: room.leftMinor > 0 ? show(room.leftMinor) : '',
    cards: room.cards.map((card) => ({
      name: `${brandName(card.brand)} ending in ${card.last4}`,
      room: show(Math.min(card.roomMinor, room.leftMinor)),
    })),
    ways: waysOf(room, show),
    byHand: room.byHandMinor > 0,
    disputed: balance.disputedMinor > 0 ? show(balance.disputedMinor) : '',
    typed,
    errors,
  } satisfies Page & Record<string, unknown>;
}

/** The ways that are open now; what was paid by card goes back to the card. */
function waysOf(room: RefundRoom, show: (amountMinor: number) => string) {
  const card = {
    value: 'card',
    label: room.cards.length > 1 ? 'To the cards that paid' : 'To the card that paid',
    hint: `Up to ${show(room.cardMinor)}`,
  };
  const upTo = `Up to ${show(room.byHandMinor)}; you have given it back or do so now`;
  const byHand = [
    { value: 'transfer', label: 'By bank transfer', hint: upTo },
    { value: 'cheque', label: 'By cheque', hint: upTo },
    { value: 'cash', label: 'In cash', hint: upTo },
  ];
  return [...(room.cardMinor > 0 ? [card] : []), ...(room.byHandMinor > 0 ? byHand : [])];
}
