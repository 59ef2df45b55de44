import type { Decline } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { ADVICE_LABELS, DECLINE_LABELS } from '../payments/decline-labels.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { receiptNumber } from '../receipts/receipt.ts';
import { cardText } from '../words/card-brand.ts';
import type { Charge } from './process-card.store.ts';

/** How a charge stands, in one word for the page and its script. */
export type ChargeStanding = 'paid' | 'under-way' | 'handed-over' | 'declined' | 'not-sent' | 'given-up';

export function standingOf({ state, attempt, handedUntil }: Charge): ChargeStanding {
  if (state === 'paid') return 'paid';
  if (state === 'cancelled') return 'given-up';
  if (state !== 'ready') return 'under-way';
  if (handedUntil) return 'handed-over';
  return attempt.state === 'abandoned' ? 'not-sent' : 'declined';
}

/** What came of a charge: the result, the receipt and the balance at once, or what it waits for. */
export function chargePage(charge: Charge) {
  const { payables, attempt } = charge;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: charge.currency });
  const standing = standingOf(charge);
  const card = attempt.brand ? cardText(attempt.brand, attempt.last4) : 'the card';
  const amount = show(charge.amountMinor);
  const decline = DECLINE_LABELS[attempt.declineCategory as Decline['category']];
  return {
    view: 'office/charge',
    layout: 'office' as const,
    title: HEADINGS[standing],
    scripts: WAITING.includes(standing) ? ['watch-charge.js'] : [],
    // Without a script the page looks again by itself.
    refresh: WAITING.includes(standing) ? 5 : undefined,
    standing,
    waiting: WAITING.includes(standing),
    status: paths.chargeStatus(charge.id),
    text: {
      paid: `${amount} was charged to ${card} of ${charge.customer.name}.`,
      'under-way': `${amount} is being charged to ${card} of ${charge.customer.name}. This page changes by itself.`,
      'handed-over': `The bank wants ${charge.customer.name} to confirm ${amount} themselves. Nothing has been charged yet. This page turns green when they have.`,
      declined: `${amount} was not charged to ${card}. ${decline?.label ?? 'The card was declined'}: ${decline?.meaning ?? ''}`,
      'not-sent': `This try did not reach the payment service, and nothing was charged.`,
      'given-up': `Nothing was charged, and nothing will be: the payment was cancelled.`,
    }[standing],
    advice: standing === 'declined' && ADVICE_LABELS[attempt.declineAdvice as NonNullable<Decline['advice']>],
    code: standing === 'declined' ? attempt.declineCode : undefined,
    testMode: charge.testMode,
    customer: { name: charge.customer.name, href: paths.customer(charge.customer.id) },
    accountName: charge.accountName,
    payment: paths.payment(charge.id),
    receipt: charge.receipt && { href: paths.receipt(charge.receipt.id), number: receiptNumber(charge.receipt.number) },
    handOff: standing === 'handed-over' &&
      charge.handOffLinkId && {
        href: paths.link(charge.handOffLinkId),
        mailedTo: charge.mailedTo,
        until: charge.handedUntil,
      },
    documents: payables.map((payable) => ({
      number: payable.number,
      kind: payable.kind === 'invoice' ? 'Invoice' : 'Deposit',
      href: payable.kind === 'invoice' ? paths.invoice(payable.id) : paths.deposit(payable.id),
      due: show(payable.dueMinor),
      again:
        payable.dueMinor > 0 && !WAITING.includes(standing)
          ? withQuery(paths.processCard(payable.id), { accountId: charge.accountId })
          : undefined,
    })),
    cancel: standing === 'handed-over' ? paths.cancelPayment(charge.id) : undefined,
  } satisfies Page & Record<string, unknown>;
}

const WAITING: ChargeStanding[] = ['under-way', 'handed-over'];

const HEADINGS: Record<ChargeStanding, string> = {
  paid: 'Charged',
  'under-way': 'Being charged',
  'handed-over': 'Waiting for the customer',
  declined: 'Not charged',
  'not-sent': 'Not charged',
  'given-up': 'Given up',
};
