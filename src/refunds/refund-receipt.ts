import type { Letterhead } from '../company/letterhead.ts';
import type { CreditReason } from '../invoices/credit-note.ts';
import type { RefundLine, RefundMethod } from './refund.ts';

/** One document that a refund gave back of, as its receipt shows it. Whole minor units. */
export interface RefundReceiptLine {
  kind: 'invoice' | 'deposit';
  number: string;
  amountMinor: number;
  outcome: RefundLine['outcome'];
  /** The credit note that lowered the claim. */
  creditNote: string | undefined;
}

/** Everything that the receipt of a refund shows, frozen when it was issued. Stored as JSON. */
export interface RefundReceiptContent {
  issuedAt: string;
  timeZone: string;
  language: string;
  company: Letterhead;
  customer: { number: string; name: string };
  testMode: boolean;
  method: RefundMethod;
  card: { brand: string; last4: string } | undefined;
  reference: string;
  gatewayRef: string | undefined;
  amountMinor: number;
  currency: string;
  reasonKind: CreditReason;
  lines: RefundReceiptLine[];
  /** The numbers of the receipts of what was paid. */
  receipts: string[];
}

/** The numbered proof of money given back. */
export interface RefundReceipt {
  id: string;
  number: number;
  refundId: string;
  accountId: string | undefined;
  issuedAt: string;
  content: RefundReceiptContent;
  /** The money came back after all, when. */
  returnedAt: string | undefined;
}
