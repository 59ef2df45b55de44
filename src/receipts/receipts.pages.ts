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
import type { ReceiptFilter } from './receipt-filter.ts';
import { methodText } from './receipt-letter.ts';
import type { ListedReceipt, ReceiptTotal } from './receipt-list.store.ts';
import { receiptToken } from './receipt-url.ts';
import { receiptView } from './receipt-view.ts';
import { type ReceiptLetterRow, readReceipt } from './receipts.store.ts';

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

export interface ReceiptsShown {
  page: KeysetPage<ListedReceipt>;
  totals: ReceiptTotal[];
  filter: ReceiptFilter;
  before: string | undefined;
  accounts: Array<{ id: string; name: string; livemode: boolean }>;
  currencies: string[];
  /** What was typed into the filters, also where it could not be used. */
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function receiptsPage(shown: ReceiptsShown) {
  const { filter, page } = shown;
  const query = {
    from: filter.from,
    to: filter.to,
    account: filter.accountId,
    currency: filter.currency,
    reviewed: filter.reviewed,
    q: filter.search,
  };
  return {
    view: 'receipts/receipts',
    layout: 'office' as const,
    title: 'Receipts',
    typed: shown.typed,
    errors: shown.errors,
    filtered: Object.values(query).some(Boolean),
    accounts: shown.accounts.map((account) => ({ value: account.id, label: accountLabel(account) })),
    currencies: shown.currencies.map((code) => ({ value: code, label: code })),
    totals: shown.totals.map((total) => ({
      currency: total.currency,
      amount: showMoney(total),
      receipts: total.receipts,
      unreviewed: total.unreviewed,
      reversed: total.reversedMinor > 0 ? showMoney({ ...total, amountMinor: total.reversedMinor }) : '',
    })),
    receipts: page.rows.map((row) => ({
      id: row.id,
      number: receiptNumber(row.number),
      issuedAt: row.issuedAt,
      customer: { id: row.customerId, name: row.content.customer.name },
      documents: row.content.lines.map((line) => line.number).join(', '),
      method: methodText(row.content),
      account: receiptAccount(row.content),
      amount: showMoneyWithCode(row.amount),
      badge: row.reviewedAt ? { tone: 'ok', text: 'Reviewed' } : { tone: 'warn', text: 'To review' },
      reviewer: row.reviewer,
      reversed: row.reversed,
    })),
    exports: {
      csv: withQuery(paths.receiptsCsv(), query),
      excel: withQuery(paths.receiptsCsv(), { ...query, excel: '1' }),
    },
    pager: {
      newer: shown.before ? withQuery(paths.receipts(), query) : undefined,
      older: page.olderThan ? withQuery(paths.receipts(), { ...query, before: page.olderThan }) : undefined,
    },
  } satisfies Page & Record<string, unknown>;
}

const LETTER_BADGES = {
  queued: { tone: 'info', text: 'Queued' },
  accepted: { tone: 'ok', text: 'Accepted' },
  refused: { tone: 'bad', text: 'Refused' },
  failed: { tone: 'bad', text: 'Failed' },
};

const DISPUTE_BADGES = {
  open: { tone: 'warn', text: 'Disputed' },
  won: { tone: 'muted', text: 'Dispute won' },
  lost: { tone: 'bad', text: 'Dispute lost' },
};

const DEEDS: Record<string, string> = {
  'receipt.issued': 'Issued',
  'receipt.reviewed': 'Reviewed',
  'receipt.note-changed': 'Note changed',
  'receipt.review-withdrawn': 'Review taken back',
  'receipt.sent-again': 'Sent again',
};

export interface ReceiptShown {
  receipt: Receipt;
  letters: ReceiptLetterRow[];
  disputes: Array<{ id: string; state: string }>;
  history: AuditLine[];
  next: string | undefined;
  /** Of the form for sending it again. */
  sendId: string;
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function receiptPage({ receipt, letters, history, disputes, ...shown }: ReceiptShown) {
  const number = receiptNumber(receipt.number);
  return {
    view: 'receipts/receipt',
    layout: 'office' as const,
    title: `Receipt ${number}`,
    ...shown,
    id: receipt.id,
    paymentId: receipt.paymentId,
    customerId: receipt.customerId,
    issuedAt: receipt.issuedAt,
    receipt: receiptView(receipt),
    documents: receipt.content.lines.map((line) => ({ id: line.payableId, kind: line.kind, number: line.number })),
    review: receipt.review,
    reversed: receipt.reversed,
    disputes: disputes.map(({ id, state }) => ({
      id,
      ...DISPUTE_BADGES[state === 'won' || state === 'lost' ? state : 'open'],
    })),
    badge: receipt.review ? { tone: 'ok', text: 'Reviewed' } : { tone: 'warn', text: 'To review' },
    letters: letters.map((letter) => ({ ...letter, badge: LETTER_BADGES[letter.state] })),
    history: history
      .map((line) => ({
        at: line.at,
        what: DEEDS[line.action] ?? line.action,
        who: whoDid(line),
        note: noteOf(line),
      }))
      .reverse(),
  } satisfies Page & Record<string, unknown>;
}

/** What a line of the log says beyond its deed: the note as it was then, or who was written to. */
function noteOf({ detail }: AuditLine): string {
  if (Array.isArray(detail.to)) return `To ${detail.to.join(', ')}`;
  if ('from' in detail) return `From "${detail.from}" to "${detail.to}"`;
  return typeof detail.note === 'string' ? detail.note : '';
}
