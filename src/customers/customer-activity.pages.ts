import type { AuditLine } from '../audit/audit.store.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { type ClaimShown, type LinkShown, type PaymentShown, SHOWN } from './customer-activity.store.ts';

/** What a short list on a page shows: the first five, and where the rest is when there is more. */
export function section<Row>(rows: Row[], all: string) {
  return { rows: rows.slice(0, SHOWN), all: rows.length > SHOWN ? all : undefined };
}

/** A payment link as one line: its state in a word, and when it ends. */
export function linkShown(link: LinkShown, now: Date) {
  return {
    href: paths.link(link.id),
    what: link.kind === 'pay' ? 'Payment link' : 'Link to save a card',
    asks: `${link.kind === 'save_card' ? 'To save a card' : TERMS[link.terms]}${link.documents > 1 ? ` · ${link.documents} documents` : ''}`,
    createdAt: link.createdAt,
    expiresAt: link.expiresAt,
    badge: linkBadge(link, now),
  };
}

/** What a link asks for, in two or three words. */
const TERMS: Record<LinkShown['terms'], string> = {
  full: 'All that is due',
  part: 'A fixed part',
  choose: 'The customer chooses',
  deposit_or_full: 'A deposit or all',
  hand_off: 'To confirm a charge',
};

function linkBadge({ endedAs, kind, dueMinor, expiresAt }: LinkShown, now: Date) {
  if (endedAs) return { text: endedAs[0]?.toUpperCase() + endedAs.slice(1), tone: endedAs === 'used' ? 'ok' : 'muted' };
  if (kind === 'pay' && dueMinor <= 0) return { text: 'Closed', tone: 'muted' };
  return Date.parse(expiresAt) <= now.getTime() ? { text: 'Expired', tone: 'warn' } : { text: 'Usable', tone: 'info' };
}

/** A payment as one line: method, sum, state in a word, its receipt. */
export function paymentShown(payment: PaymentShown) {
  return {
    href: paths.payment(payment.id),
    method: payment.method[0]?.toUpperCase() + payment.method.slice(1),
    amount: amountText(payment),
    createdAt: payment.createdAt,
    badge: paymentBadge(payment),
    receipt: payment.receiptId
      ? { href: paths.receipt(payment.receiptId), number: `R-${String(payment.receiptNumber).padStart(6, '0')}` }
      : undefined,
  };
}

/** On the page of a document, what is meant for it, and how much was paid at once. */
function amountText({ amountMinor, partMinor, currency }: PaymentShown): string {
  const show = (minor: number) => showMoneyWithCode({ amountMinor: minor, currency });
  return partMinor === amountMinor ? show(amountMinor) : `${show(partMinor)} of ${show(amountMinor)}`;
}

function paymentBadge({ state, amountMinor, refundedMinor, dispute }: PaymentShown) {
  if (state === 'paid' && dispute === 'lost') return { text: 'Dispute lost', tone: 'bad' };
  if (state === 'paid' && dispute && !DISPUTE_IS_OVER.includes(dispute)) return { text: 'Disputed', tone: 'warn' };
  if (state === 'paid' && refundedMinor > 0) {
    return refundedMinor < amountMinor
      ? { text: 'Partially refunded', tone: 'part' }
      : { text: 'Refunded', tone: 'muted' };
  }
  return PAYMENT_BADGES[state] ?? { text: 'Under way', tone: 'info' };
}

/** Over, and the money is here. */
const DISPUTE_IS_OVER = ['won', 'prevented', 'inquiry_closed'];

const PAYMENT_BADGES: Record<string, { text: string; tone: string }> = {
  paid: { text: 'Paid', tone: 'ok' },
  cancelled: { text: 'Cancelled', tone: 'muted' },
  reversed: { text: 'Reversed', tone: 'bad' },
};

/** An invoice or a deposit of a customer as one line. */
export function claimShown(claim: ClaimShown) {
  return {
    href: claim.id.startsWith('inv_') ? paths.invoice(claim.id) : paths.deposit(claim.id),
    number: claim.number,
    amount: showMoneyWithCode({ amountMinor: claim.totalMinor, currency: claim.currency }),
    dueOn: claim.dueOn,
    badge: CLAIM_BADGES[claim.state] ?? { text: claim.state, tone: 'muted' },
    pick: { id: claim.id, number: claim.number, disabled: !OWED.has(claim.state) },
  };
}

/** The same words as payables use, which stand beside customers on the stair and cannot be asked. */
const CLAIM_BADGES: Record<string, { text: string; tone: string }> = {
  open: { text: 'Open', tone: 'info' },
  part_paid: { text: 'Partially paid', tone: 'part' },
  paid: { text: 'Paid', tone: 'ok' },
  credited: { text: 'Credited', tone: 'muted' },
  requested: { text: 'Requested', tone: 'info' },
  held: { text: 'Held', tone: 'ok' },
  part_applied: { text: 'Partially applied', tone: 'part' },
  applied: { text: 'Applied', tone: 'muted' },
  part_refunded: { text: 'Partially refunded', tone: 'part' },
  refunded: { text: 'Refunded', tone: 'muted' },
  void: { text: 'Void', tone: 'muted' },
};

/** States in which something is still to be paid. */
const OWED = new Set(['open', 'part_paid', 'requested']);

/** What was done, newest first, each as one sentence with who did it. */
export function historyShown(lines: readonly AuditLine[]) {
  return lines.toReversed().map((line) => ({
    at: line.at,
    what: sentence(line.action),
    who:
      line.actorName ??
      { customer: 'The customer', gateway: 'The gateway', system: 'The portal', person: 'Somebody' }[line.actorKind] ??
      '',
    changes: [...changesOf(line.detail), ...(line.detail.reason ? [`because: ${line.detail.reason}`] : [])],
  }));
}

/** `invoice.due-changed` → "Due changed"; of what is not the page's own thing, its name too: `card.saved` → "Card saved". */
function sentence(action: string): string {
  const words = action.split('.');
  const verb = (NAMED.has(words[0] ?? '') ? words : words.slice(1)).join(' ').replaceAll(/[-_]/g, ' ');
  return `${verb[0]?.toUpperCase() ?? ''}${verb.slice(1)}`;
}

const NAMED = new Set(['card', 'access']);

/** The fields of a detail that tell of a change, as "name: before → after". */
function changesOf(detail: Record<string, unknown>): string[] {
  return Object.entries(detail).flatMap(([name, value]) => {
    const change = value as { from?: unknown; to?: unknown } | null;
    if (typeof change !== 'object' || change === null || !('to' in change)) return [];
    const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
    return [`${words}: ${change.from || 'nothing'} → ${change.to || 'nothing'}`];
  });
}
