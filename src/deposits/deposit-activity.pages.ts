import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Application } from '../payables/applications.store.ts';
import { REFUND_STATE_WORDS } from '../payables/refund-state-words.ts';
import { brandName } from '../words/card-brand.ts';
import type { PaidIn, RefundShown } from './deposit-activity.store.ts';

const METHODS = { card: 'card', cash: 'cash', cheque: 'cheque', transfer: 'bank transfer' } as const;

/** Refunds that the gateway may still be asked about. */
const OPEN_REFUNDS: ReadonlyArray<RefundShown['state']> = ['reserved', 'sent', 'pending'];

/** The way of a payment or a refund in words: "card (Visa ending in 4242)", "cash". */
export function wayOf(one: { method: keyof typeof METHODS; cardBrand: string; cardLast4: string }): string {
  if (one.method !== 'card' || !one.cardLast4) return METHODS[one.method];
  return `card (${brandName(one.cardBrand)} ending in ${one.cardLast4})`;
}

/** A refund as one line: where to, its state, why it failed. */
export function refundShown(refund: RefundShown, currency: string) {
  return {
    id: refund.id,
    href: paths.refund(refund.id),
    amount: showMoneyWithCode({ amountMinor: refund.amountMinor, currency }),
    way: [capital(wayOf(refund)), refund.reference].filter(Boolean).join(', '),
    badge: { text: REFUND_STATE_WORDS[refund.state].label, tone: REFUND_STATE_WORDS[refund.state].tone },
    orderedAt: refund.orderedAt,
    endedAt: refund.endedAt,
    by: refund.by ?? 'The portal',
    reason: refund.reason,
    failure: refund.failure,
    canAsk: refund.method === 'card' && OPEN_REFUNDS.includes(refund.state),
  };
}

export interface Movements {
  asked: { at: string; by: string; amountMinor: number };
  paid: PaidIn[];
  applications: Application[];
  refunds: RefundShown[];
  currency: string;
}

/** What happened to the money, oldest first: asked for, paid, applied, un-applied, refunded; with sums and names. */
export function timelineOf({ asked, paid, applications, refunds, currency }: Movements) {
  const moments = [
    { at: asked.at, what: 'Asked for', amountMinor: asked.amountMinor, who: asked.by, href: undefined },
    ...paid.map((one) => ({
      at: one.at,
      what: one.amountMinor < 0 ? `Payment by ${wayOf(one)} taken back` : `Paid by ${wayOf(one)}`,
      amountMinor: Math.abs(one.amountMinor),
      who: one.by ?? (one.channel === 'link' ? 'The customer' : 'Somebody'),
      href: paths.payment(one.paymentId),
    })),
    ...applications.flatMap((one) => {
      const of = { amountMinor: one.amountMinor, href: paths.invoice(one.invoiceId) };
      const applied = {
        ...of,
        at: one.appliedAt,
        what: `Applied to invoice ${one.invoiceNumber}`,
        who: one.appliedBy ?? 'The portal',
      };
      if (!one.unappliedAt) return [applied];
      const what = `Un-applied from invoice ${one.invoiceNumber}`;
      return [applied, { ...of, at: one.unappliedAt, what, who: one.unappliedBy ?? 'The portal' }];
    }),
    ...refunds.map((one) => ({
      at: one.endedAt ?? one.orderedAt,
      what: refundSentence(one),
      amountMinor: one.amountMinor,
      who: one.by ?? 'The portal',
      href: paths.refund(one.id),
    })),
  ];
  return moments
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ amountMinor, ...rest }) => ({ ...rest, amount: showMoneyWithCode({ amountMinor, currency }) }));
}

function refundSentence(refund: RefundShown): string {
  const way = wayOf(refund);
  if (refund.state === 'succeeded') return `Refunded by ${way}`;
  if (refund.state === 'failed') return `Refund by ${way} failed`;
  if (refund.state === 'cancelled') return `Refund by ${way} cancelled`;
  if (refund.state === 'declined' || refund.state === 'withdrawn') return `Refund by ${way} ${refund.state}`;
  if (refund.state === 'waiting') return `Refund by ${way} waits for a second person`;
  return `Refund by ${way} on its way`;
}

/** With a capital letter, as the first word of a cell. */
export function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}
