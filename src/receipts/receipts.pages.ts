import { accountLabel } from '../accounts/account.ts';
import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Db } from '../platform/database/database.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { type Receipt, receiptAccount, receiptNumber } from './receipt.ts';
import type { Aftermath } from './receipt-aftermath.store.ts';
import { queryOf } from './receipt-filter.ts';
import { methodText } from './receipt-letter.ts';
import type { ListedReceipt } from './receipt-list.store.ts';
import { netMinor, type ReceiptTotal } from './receipt-totals.ts';
import { receiptToken } from './receipt-url.ts';
import { receiptView } from './receipt-view.ts';
import { type ReceiptLetterRow, readReceipt } from './receipts.store.ts';
import type { SavedView } from './saved-view.ts';

/** What a customer sees of a receipt; `token` is their right to it. */
export function customerReceiptPage(receipt: Receipt, token: string) {
  const view = receiptView(receipt);
  return {
    view: 'receipts/customer-receipt',
    layout: 'pay' as const,
    title: `${view.title} ${view.number}`,
    subtitle: `${view.title} ${view.number}`,
    receipt: view,
    pdfUrl: paths.customerReceiptPdf(token),
  } satisfies Page & Record<string, unknown>;
}

/** The same page by the receipt's id, for whoever has shown another right to it (a link paid through). Errors: 404. */
export async function readReceiptPage({ db, linkTokens }: { db: Db; linkTokens: LinkTokens }, receiptId: string) {
  const receipt = await readReceipt(db, receiptId);
  return customerReceiptPage(receipt, receiptToken({ linkTokens }, receipt));
}

export const REVIEW_BADGES = {
  unreviewed: { tone: 'warn', text: 'To review' },
  flagged: { tone: 'bad', text: 'Flagged' },
  reviewed: { tone: 'ok', text: 'Reviewed' },
} as const;

const STATES = Object.entries(REVIEW_BADGES).map(([value, { text }]) => ({ value, label: text }));
const METHODS = [
  { value: 'card', label: 'Card' },
  { value: 'transfer', label: 'Bank transfer' },
  { value: 'cheque', label: 'Cheque' },
  { value: 'cash', label: 'Cash' },
];
const CHANNELS = [
  { value: 'link', label: 'Payment link' },
  { value: 'office', label: 'Office' },
];
const LATER = [
  { value: 'refunded', label: 'Refunded, in part or in full' },
  { value: 'disputed', label: 'Disputed' },
  { value: 'reversed', label: 'Reversed' },
];

export interface ReceiptsShown {
  page: KeysetPage<ListedReceipt>;
  /** Undefined where adding up follows the page. */
  totals: ReceiptTotal[] | undefined;
  before: string | undefined;
  accounts: Array<{ id: string; name: string; livemode: boolean }>;
  currencies: string[];
  views: { own: SavedView[]; shared: SavedView[] };
  /** Of the form that reviews what is ticked. */
  submissionId: string;
  /** What was typed into the filters, also where it could not be used. */
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function receiptsPage(shown: ReceiptsShown) {
  const { page } = shown;
  const query = queryOf(shown.typed, shown.errors);
  return {
    view: 'receipts/receipts',
    layout: 'office' as const,
    title: 'Receipts',
    ...(shown.totals ? {} : { scripts: ['receipt-totals.js'] }),
    typed: shown.typed,
    errors: shown.errors,
    filtered: Object.keys(query).length > 0,
    hasMore: ['method', 'channel', 'later', 'settled', 'least', 'most'].some(
      (name) => shown.typed[name] || shown.errors[name],
    ),
    choices: {
      states: STATES,
      methods: METHODS,
      channels: CHANNELS,
      later: LATER,
      accounts: shown.accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
      currencies: shown.currencies.map((code) => ({ value: code, label: code })),
    },
    tabs: tabsOf(query, shown.views),
    query: new URLSearchParams(query).toString(),
    submissionId: shown.submissionId,
    totals: shown.totals?.map(totalShown),
    totalsHref: withQuery(paths.receiptTotals(), query),
    receipts: page.rows.map(receiptRow),
    actions: {
      queue: withQuery(paths.receiptQueue(), query),
      reviewAll: withQuery(paths.newReviewBatch(), query),
      csv: withQuery(paths.receiptsCsv(), query),
      excel: withQuery(paths.receiptsCsv(), { ...query, excel: '1' }),
    },
    pager: {
      newer: shown.before ? withQuery(paths.receipts(), query) : undefined,
      older: page.olderThan ? withQuery(paths.receipts(), { ...query, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

function receiptRow(row: ListedReceipt) {
  return {
    id: row.id,
    number: receiptNumber(row.number),
    issuedAt: row.issuedAt,
    customer: { id: row.customerId, name: row.content.customer.name },
    documents: row.content.lines.map((line) => line.number).join(', '),
    method: methodText(row.content),
    account: receiptAccount(row.content),
    amount: showMoneyWithCode(row.amount),
    badge: REVIEW_BADGES[row.state],
    isWaiting: row.state === 'unreviewed',
    reviewer: row.reviewer,
    flagNote: row.flagNote,
    reversed: row.reversed,
    dispute: row.dispute && disputeBadge(row.dispute),
    refunded: row.refundedMinor > 0 ? showMoney({ ...row.amount, amountMinor: row.refundedMinor }) : '',
  };
}

/** The states as tabs, then the views that people keep; the one that is shown is marked. */
function tabsOf(query: Record<string, string>, { own, shared }: { own: SavedView[]; shared: SavedView[] }) {
  const shown = new URLSearchParams(query).toString();
  const tab = (label: string, its: string, owner = '') => ({
    label,
    owner,
    href: its ? `${paths.receipts()}?${its}` : paths.receipts(),
    current: its === shown,
  });
  return [
    tab('All', ''),
    ...STATES.map(({ value, label }) => tab(label, `state=${value}`)),
    ...own.map((view) => tab(view.name, view.query)),
    ...shared.map((view) => tab(view.name, view.query, view.ownerName)),
  ];
}

/** One line of the totals, as the page and its script show it. */
export function totalShown(total: ReceiptTotal) {
  const money = (amountMinor: number) => showMoney({ amountMinor, currency: total.currency });
  return {
    currency: total.currency,
    receipts: total.receipts.toLocaleString('en'),
    unreviewed: total.unreviewed.toLocaleString('en'),
    flagged: total.flagged.toLocaleString('en'),
    gross: money(total.grossMinor),
    refunded: money(total.refundedMinor),
    reversed: money(total.reversedMinor),
    net: money(netMinor(total)),
  };
}

/** The totals as a page of their own, for who has no script. */
export function totalsPage(totals: ReceiptTotal[], typed: Record<string, string>) {
  return {
    view: 'receipts/totals',
    layout: 'office' as const,
    title: 'Totals of receipts',
    back: withQuery(paths.receipts(), queryOf(typed)),
    totals: totals.map(totalShown),
  } satisfies Page & Record<string, unknown>;
}

const LETTER_BADGES = {
  queued: { tone: 'info', text: 'Queued' },
  accepted: { tone: 'ok', text: 'Accepted' },
  refused: { tone: 'bad', text: 'Refused' },
  failed: { tone: 'bad', text: 'Failed' },
};

const DISPUTE_BADGES: Record<string, { tone: string; text: string }> = {
  won: { tone: 'muted', text: 'Dispute won' },
  prevented: { tone: 'muted', text: 'Dispute prevented' },
  inquiry_closed: { tone: 'muted', text: 'Bank’s question closed' },
  lost: { tone: 'bad', text: 'Dispute lost' },
};

function disputeBadge(state: string) {
  return DISPUTE_BADGES[state] ?? { tone: 'warn', text: 'Disputed' };
}

const DEEDS: Record<string, string> = {
  'receipt.issued': 'Issued',
  'receipt.reviewed': 'Reviewed',
  'receipt.note-changed': 'Note changed',
  'receipt.review-withdrawn': 'Review taken back',
  'receipt.flagged': 'Flagged',
  'receipt.unflagged': 'Flag taken off',
  'receipt.flag-resolved': 'Flag resolved and reviewed',
  'receipt.sent-again': 'Sent again',
};

export interface ReceiptShown {
  receipt: Receipt;
  aftermath: Aftermath;
  letters: ReceiptLetterRow[];
  disputes: Array<{ id: string; state: string }>;
  history: AuditLine[];
  /** Of the form for sending it again. */
  sendId: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function receiptPage({ receipt, aftermath, letters, history, disputes, ...shown }: ReceiptShown) {
  return {
    view: 'receipts/receipt',
    layout: 'office' as const,
    ...shown,
    ...comparison(receipt, aftermath),
    title: `Receipt ${receiptNumber(receipt.number)}`,
    disputes: disputes.map(({ id, state }) => ({
      id,
      ...disputeBadge(state),
    })),
    letters: letters.map((letter) => ({ ...letter, badge: LETTER_BADGES[letter.state] })),
    history: historyOf(history),
  } satisfies Page & Record<string, unknown>;
}

/** All that an accountant compares of one receipt: on its own page and in the queue. */
export function comparison(receipt: Receipt, aftermath: Aftermath) {
  const { content } = receipt;
  const sum = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: content.currency });
  return {
    id: receipt.id,
    number: receiptNumber(receipt.number),
    paymentId: receipt.paymentId,
    customerId: receipt.customerId,
    customerName: content.customer.name,
    issuedAt: receipt.issuedAt,
    receipt: receiptView(receipt),
    documents: content.lines.map((line) => ({ id: line.payableId, kind: line.kind, number: line.number })),
    state: receipt.reviewState,
    review: receipt.review,
    flag: receipt.flag,
    reversed: receipt.reversed,
    badge: REVIEW_BADGES[receipt.reviewState],
    keyed: [
      CHANNELS.find(({ value }) => value === content.channel)?.label,
      aftermath.keyedBy ? `by ${aftermath.keyedBy}` : 'by the payer',
    ].join(', '),
    chargeRef: aftermath.chargeRef,
    refunds: aftermath.refunds.map((refund) => ({
      ...refund,
      amount: sum(refund.amountMinor),
      badge: REFUND_BADGES[refund.state],
    })),
    kept: refundedOf(aftermath) > 0 ? sum(content.amountMinor - refundedOf(aftermath)) : undefined,
  };
}

function refundedOf({ refunds }: Aftermath): number {
  return refunds.reduce((minor, refund) => minor + (refund.state === 'succeeded' ? refund.amountMinor : 0), 0);
}

const REFUND_BADGES = {
  waiting: { tone: 'warn', text: 'Waits for a second person' },
  reserved: { tone: 'info', text: 'On its way' },
  sent: { tone: 'info', text: 'On its way' },
  pending: { tone: 'info', text: 'Pending' },
  succeeded: { tone: 'ok', text: 'Refunded' },
  failed: { tone: 'bad', text: 'Failed' },
  cancelled: { tone: 'muted', text: 'Cancelled' },
  declined: { tone: 'muted', text: 'Declined' },
  withdrawn: { tone: 'muted', text: 'Withdrawn' },
};

export function historyOf(history: AuditLine[]) {
  return history
    .map((line) => ({ at: line.at, what: DEEDS[line.action] ?? line.action, who: whoDid(line), note: noteOf(line) }))
    .reverse();
}

/** What a line of the log says beyond its deed: the note as it was then, or who was written to. */
function noteOf({ detail }: AuditLine): string {
  if (Array.isArray(detail.to)) return `To ${detail.to.join(', ')}`;
  if (detail.flag) return [detail.note, `The flag was: ${detail.flag}`].filter(Boolean).join(' ');
  if ('from' in detail) return `From "${detail.from}" to "${detail.to}"`;
  return typeof detail.note === 'string' ? detail.note : '';
}
