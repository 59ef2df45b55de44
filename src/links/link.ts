import type { Payable } from '../payables/payable.ts';
import { MINUTE_MS } from '../platform/clock.ts';

/** A right to pay payables of one customer and currency, as its row says. Times are ISO UTC. */
export interface Link {
  id: string;
  kind: 'pay' | 'save_card';
  customerId: string;
  accountId: string;
  currency: string;
  terms: LinkTerms;
  /** The fixed part, the deposit until it is paid, or the sum of the payment that is handed over; whole minor units. */
  partMinor: number | undefined;
  /** The least that a payer who chooses may pay, in whole minor units. */
  leastMinor: number | undefined;
  /** The payment begun in the office that this link lets the customer confirm. */
  paymentId: string | undefined;
  createdAt: string;
  /** The person who made it; undefined when the portal did. */
  createdBy: string | undefined;
  expiresAt: string;
  endedAs: 'used' | 'closed' | 'revoked' | 'replaced' | undefined;
  endedAt: string | undefined;
  endedBy: string | undefined;
  /** The newer link that stands in its place. */
  replacedBy: string | undefined;
  /** What it is for, in the order shown. */
  payableIds: string[];
}

/**
 * What a link asks for: `full`, all that is due; `part`, a fixed part of it, once; `choose`, what the payer likes from a
 * least sum on; `deposit_or_full`, a fixed part or all; `hand_off`, one payment that staff began and the bank wants
 * confirmed.
 */
export type LinkTerms = 'full' | 'part' | 'choose' | 'deposit_or_full' | 'hand_off';

export type LinkState = 'usable' | 'used' | 'closed' | 'expired' | 'revoked' | 'replaced';

/** A page that was opened before its link expired may still pay for so long. */
export const PAY_GRACE_MS = 15 * MINUTE_MS;

/** What a link is now. How it was ended wins; then that nothing is due any more; then the calendar. */
export function linkState(
  link: Pick<Link, 'kind' | 'endedAs' | 'expiresAt'>,
  payables: ReadonlyArray<Pick<Payable, 'dueMinor'>>,
  now: Date,
): LinkState {
  if (link.endedAs) return link.endedAs;
  if (link.kind === 'pay' && dueOn(payables) === 0) return 'closed';
  return Date.parse(link.expiresAt) <= now.getTime() ? 'expired' : 'usable';
}

/** What is to be paid through it now, in minor units of its currency. */
export function dueOn(payables: ReadonlyArray<Pick<Payable, 'dueMinor'>>): number {
  return payables.reduce((sum, payable) => sum + payable.dueMinor, 0);
}

/** What staff call a link, by what it is for. */
export function linkTitle(kind: Link['kind'], payables: ReadonlyArray<Pick<Payable, 'number'>>): string {
  if (kind === 'save_card') return 'Link to save a card';
  return `Payment link for ${payables.map((payable) => payable.number).join(', ')}`;
}

/** What a state means for staff. */
export function linkMeaning({ kind }: Pick<Link, 'kind'>, state: LinkState): string {
  return kind === 'save_card' ? SAVE_CARD_MEANINGS[state] : LINK_STATES[state].meaning;
}

const SAVE_CARD_MEANINGS: Record<LinkState, string> = {
  usable: 'The customer can save a card with it now. Nothing is charged.',
  used: 'A card was saved with this link.',
  closed: 'It is not needed any more.',
  expired: 'Its time has passed. Make a new link on the customer’s page if a card should be saved.',
  revoked: 'Somebody here withdrew it. Nobody can save a card with it.',
  replaced: 'A newer link stands in its place. Who opens this one is offered the newer one by e-mail.',
};

/** So many documents fit into one link: what its page must carry of each is bounded. */
export const MOST_DOCUMENTS = 50;

/** Why these cannot share a link, as a sentence; undefined when they can. */
export function mixtureOf(payables: readonly Payable[]): string | undefined {
  const [first] = payables;
  const other = payables.find((one) => one.customerId !== first?.customerId || one.currency !== first?.currency);
  if (!first || !other) return undefined;
  const why =
    other.customerId === first.customerId
      ? `${first.number} is in ${first.currency} and ${other.number} in ${other.currency}`
      : `${first.number} and ${other.number} are not of the same customer`;
  return `A link can only be for claims on one customer in one currency: ${why}.`;
}

/** How each state is shown to staff, and what it means. */
export const LINK_STATES: Record<
  LinkState,
  { label: string; tone: 'ok' | 'warn' | 'bad' | 'info' | 'muted'; meaning: string }
> = {
  usable: { label: 'Usable', tone: 'info', meaning: 'The customer can pay with it now.' },
  used: { label: 'Used', tone: 'ok', meaning: 'It was paid with this link. Opening it shows the receipt.' },
  closed: {
    label: 'Closed',
    tone: 'muted',
    meaning: 'Nothing is due any more: it was settled in another way, or made void.',
  },
  expired: { label: 'Expired', tone: 'warn', meaning: 'Its time has passed. Make a new link if it should be paid.' },
  revoked: { label: 'Revoked', tone: 'bad', meaning: 'Somebody here withdrew it. Nobody can pay with it.' },
  replaced: {
    label: 'Replaced',
    tone: 'muted',
    meaning: 'A newer link stands in its place. Who opens this one is offered the newer one by e-mail.',
  },
};
