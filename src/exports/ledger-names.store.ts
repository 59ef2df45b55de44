import { CHART, type LedgerAccount } from '../ledger/chart-of-accounts.ts';
import type { FileContext } from './preset.ts';

/** What the company calls our ledger accounts; our own names where it has said nothing. */
export function ledgerNames(): FileContext['ledgerName'] {
  return (account) => ({ number: account, name: CHART[account as LedgerAccount]?.name ?? account });
}
