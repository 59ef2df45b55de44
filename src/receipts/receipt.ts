import { accountLabel } from '../accounts/account.ts';
import type { Letterhead } from '../company/letterhead.ts';
import type { Money } from '../money/money.ts';

export type PaymentMethod = 'card' | 'cash' | 'cheque' | 'transfer';

/** What one payment did to one payable. Sums in whole minor units. */
export interface ReceiptLine {
  payableId: string;
  kind: 'invoice' | 'deposit';
  number: string;
  totalMinor: number;
  paidBeforeMinor: number;
  paidNowMinor: number;
  stillDueMinor: number;
}

/** All that a card receipt may say of a card: never more than its last four digits. */
export interface ReceiptCard {
  brand: string;
  last4: string;
}

/** A payment that has just been settled, as the receipt needs to know it. */
export interface SettledPayment {
  paymentId: string;
  method: PaymentMethod;
  channel: 'link' | 'office';
  customerId: string;
  accountId: string | undefined;
  currency: string;
  amountMinor: number;
  /** When the money was taken, ISO 8601 UTC; the plain day where only that is known. */
  paidAt: string;
  /** Where the payer wants the receipt; empty means the customer's billing address, undefined that nobody is written to. */
  payerEmail: string | undefined;
  card: ReceiptCard | undefined;
  authorizationCode: string | undefined;
  gatewayRef: string | undefined;
  /** The number of a cheque or the bank's reference. */
  reference?: string | undefined;
  lines: ReceiptLine[];
  /** What was paid beyond what was due, kept as a deposit of the customer. */
  excessMinor: number;
  createdBy?: string | undefined;
}

/**
 * Everything that a receipt shows, frozen when it was issued: names, addresses and terms that change later
 * do not change what was handed out. Stored as JSON.
 */
export interface ReceiptContent {
  issuedAt: string;
  paidAt: string;
  timeZone: string;
  language: string;
  company: Letterhead & { refundTerms: string };
  customer: { number: string; name: string; email: string };
  accountName: string | undefined;
  /** Paid through an account that moves no real money. */
  testMode: boolean;
  method: PaymentMethod;
  channel: 'link' | 'office';
  amountMinor: number;
  currency: string;
  excessMinor: number;
  lines: ReceiptLine[];
  card: ReceiptCard | undefined;
  authorizationCode: string | undefined;
  gatewayRef: string | undefined;
  /** The number of a cheque or the bank's reference; receipts of before do not have it. */
  reference?: string | undefined;
}

/** A receipt waits for a review, is flagged because something is wrong with it, or is reviewed. */
export const REVIEW_STATES = ['unreviewed', 'flagged', 'reviewed'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** Money of a payment that went back. */
export interface GivenBack {
  at: string;
  amountMinor: number;
  /** The number of the refund's own receipt, as it is written; empty for refunds of before they had any. */
  number: string;
}

/** The numbered proof of a payment, with who has looked at it. */
export interface Receipt {
  id: string;
  number: number;
  paymentId: string;
  customerId: string;
  /** The payment service account that took the money; undefined for money that came in another way. */
  accountId: string | undefined;
  issuedAt: string;
  content: ReceiptContent;
  reviewState: ReviewState;
  review: { at: string; by: string; byName: string; note: string } | undefined;
  /** What somebody found to be wrong with it; only while it is flagged. */
  flag: { at: string; byName: string; note: string } | undefined;
  /** The payment was taken back, when and why; the receipt stays. */
  reversed: { at: string; reason: string } | undefined;
  /** What was given back of it since, oldest first; whole minor units of its currency. */
  givenBack: GivenBack[];
}

/** How a receipt's number is written everywhere: R-000042. */
export function receiptNumber(number: number): string {
  return `R-${String(number).padStart(6, '0')}`;
}

export type ReceiptKind = 'sale' | 'deposit';

/** A receipt of a deposit says so, since nothing has been delivered for it yet (Visa and Mastercard rules ask for it). */
export function receiptKind(content: Pick<ReceiptContent, 'lines'>): ReceiptKind {
  return content.lines.length > 0 && content.lines.every((line) => line.kind === 'deposit') ? 'deposit' : 'sale';
}

export function receiptAmount(content: Pick<ReceiptContent, 'amountMinor' | 'currency'>): Money {
  return { amountMinor: content.amountMinor, currency: content.currency };
}

/** The account that took the money, marked where it moves none; empty for money that came in another way. */
export function receiptAccount({ accountName, testMode }: Pick<ReceiptContent, 'accountName' | 'testMode'>): string {
  return accountName === undefined ? '' : accountLabel({ name: accountName, livemode: !testMode });
}
