import type { LedgerAccount } from './chart-of-accounts.ts';

/** One line of a journal entry. Debits are positive, credits negative, in whole minor units. */
export interface JournalLine {
  ledgerAccount: LedgerAccount;
  /** The payment service account, where the ledger account is kept per account. */
  accountId?: string;
  currency: string;
  amountMinor: number;
}

export interface JournalEntry {
  /** What moved, with the subject the key that makes an entry be booked once: `payment-settled`. */
  kind: string;
  subjectKind: string;
  subjectId: string;
  memo: string;
  lines: JournalLine[];
}

/** Errors: lines that do not sum to zero in each currency, a sum that is not whole, or fewer than two lines. */
export function assertBalanced(entry: JournalEntry): void {
  const sums = new Map<string, number>();
  for (const line of entry.lines) {
    if (!Number.isSafeInteger(line.amountMinor))
      throw new Error(`journal ${entry.kind}: not whole: ${line.amountMinor}`);
    sums.set(line.currency, (sums.get(line.currency) ?? 0) + line.amountMinor);
  }
  if (entry.lines.length < 2) throw new Error(`journal ${entry.kind}: fewer than two lines`);
  for (const [currency, sum] of sums) {
    if (sum !== 0) throw new Error(`journal ${entry.kind} of ${entry.subjectId} is off by ${sum} ${currency}`);
  }
}
