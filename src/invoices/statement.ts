import type { Company } from '../company/company.ts';
import type { Customer } from '../customers/customer.ts';

/** How many days after it was mailed a customer can open a statement. */
export const STATEMENT_DAYS = 90;

/** What moved, as far as a customer is told. */
export type MovementKind =
  | 'invoice'
  | 'invoiceChanged'
  | 'invoiceVoided'
  | 'paidElsewhere'
  | 'payment'
  | 'paymentReversed'
  | 'depositApplied'
  | 'depositUnapplied'
  | 'refund'
  | 'refundReturned'
  | 'creditNote'
  | 'creditNoteWithdrawn'
  | 'disputeLost'
  | 'disputeWon'
  | 'other';

/** One entry of the books as it changed what a customer owes. Whole minor units. */
export interface Movement {
  /** The day in the company's zone, yyyy-mm-dd. */
  on: string;
  kind: MovementKind;
  /** The invoices and deposits that it was about. */
  numbers: string[];
  /** The number of its receipt, if it has one. */
  receipt: number | undefined;
  /** Positive where more is owed. What is held as a deposit counts against what is owed. */
  amountMinor: number;
  /** What went from a deposit to an invoice, or back: it changes nothing of what is owed in all. */
  movedMinor: number;
  balanceMinor: number;
}

export interface OpenItem {
  number: string;
  issuedOn: string;
  dueOn: string;
  /** Below one: not yet due. */
  daysOverdue: number;
  openMinor: number;
}

/** How long open invoices have been due. */
export const AGES = ['current', 'days30', 'days60', 'days90', 'over90'] as const;
export type Age = (typeof AGES)[number];

export function ageOf(daysOverdue: number): Age {
  if (daysOverdue <= 0) return 'current';
  if (daysOverdue <= 30) return 'days30';
  if (daysOverdue <= 60) return 'days60';
  return daysOverdue <= 90 ? 'days90' : 'over90';
}

/** How many days a day lies after another; both yyyy-mm-dd. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** What moved in one currency, and what is open at the end. Whole minor units. */
export interface StatementSection {
  currency: string;
  openingMinor: number;
  movements: Movement[];
  closingMinor: number;
  openItems: OpenItem[];
  /** Held of deposits at the end. */
  heldMinor: number;
}

/** All that a statement shows: what is mailed is kept like this, so that it stays what it was. */
export interface StatementContent {
  customer: Pick<Customer, 'name' | 'number' | 'address' | 'language'>;
  company: Pick<
    Company,
    'tradingName' | 'address' | 'taxId' | 'website' | 'supportEmail' | 'supportPhone' | 'timeZone'
  >;
  /** Days of the company's zone, both included. */
  from: string;
  to: string;
  sections: StatementSection[];
}
