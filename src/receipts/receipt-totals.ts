import type { ReviewState } from './receipt.ts';

/** What a choice of receipts adds up to in one currency; sums in whole minor units. */
export interface ReceiptTotal {
  currency: string;
  receipts: number;
  unreviewed: number;
  flagged: number;
  grossMinor: number;
  /** What went back by refunds that succeeded. */
  refundedMinor: number;
  /** What was taken back by reversing recorded payments. */
  reversedMinor: number;
}

/** How far adding up has come. */
export interface TotalsSoFar {
  totals: ReceiptTotal[];
  /** Receipts looked at. */
  counted: number;
  /** About how many there are to look at: receipt numbers follow each other without gaps. */
  expected: number;
  done: boolean;
}

/** A part of what is added up. */
export interface TotalsPart {
  currency: string;
  state?: ReviewState;
  receipts?: number;
  grossMinor?: number;
  refundedMinor?: number;
  reversedMinor?: number;
}

/** Adds the parts to the totals so far, by currency in the order of their codes. */
export function addParts(totals: readonly ReceiptTotal[], parts: readonly TotalsPart[]): ReceiptTotal[] {
  const byCurrency = new Map(totals.map((total) => [total.currency, { ...total }]));
  for (const part of parts) {
    const total = byCurrency.get(part.currency) ?? emptyTotal(part.currency);
    const receipts = part.receipts ?? 0;
    total.receipts += receipts;
    if (part.state === 'unreviewed') total.unreviewed += receipts;
    if (part.state === 'flagged') total.flagged += receipts;
    total.grossMinor += part.grossMinor ?? 0;
    total.refundedMinor += part.refundedMinor ?? 0;
    total.reversedMinor += part.reversedMinor ?? 0;
    byCurrency.set(part.currency, total);
  }
  return [...byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

export function netMinor(total: ReceiptTotal): number {
  return total.grossMinor - total.refundedMinor - total.reversedMinor;
}

function emptyTotal(currency: string): ReceiptTotal {
  return { currency, receipts: 0, unreviewed: 0, flagged: 0, grossMinor: 0, refundedMinor: 0, reversedMinor: 0 };
}
