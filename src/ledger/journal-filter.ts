import { type DayRange, readDayRange } from '../platform/day-range.ts';
import { isId } from '../platform/ids.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { isLedgerAccount, type LedgerAccount } from './chart-of-accounts.ts';

/** Which entries of the journal are meant. */
export interface JournalFilter extends DayRange {
  ledgerAccount: LedgerAccount | undefined;
  /** A payment service account. */
  accountId: string | undefined;
  currency: string | undefined;
  kind: string | undefined;
  /** The number of a document. */
  number: string | undefined;
}

/** The names of the filters in the address of the journal. */
export const JOURNAL_FIELDS = ['from', 'to', 'ledger', 'account', 'currency', 'kind', 'number'] as const;

/** The choice that was typed. What is none is left out, and said where it was typed by hand. */
export function readJournalFilter(typed: Record<string, string>): { filter: JournalFilter; errors: FieldErrors } {
  const { from = '', to = '', ledger = '', account = '', currency = '', kind = '', number = '' } = typed;
  const { range, errors } = readDayRange({ from, to });
  const filter: JournalFilter = {
    ...range,
    ledgerAccount: isLedgerAccount(ledger) ? ledger : undefined,
    accountId: isId(account, 'acc') ? account : undefined,
    currency: /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    kind: /^[a-z-]{1,60}$/.test(kind) ? kind : undefined,
    number: number || undefined,
  };
  return { filter, errors };
}
