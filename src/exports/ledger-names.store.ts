import { readMappings } from '../ledger/ledger-mapping.store.ts';
import { accountTitle } from '../ledger/ledger-mapping.ts';
import type { Db } from '../platform/database/database.ts';
import type { FileContext } from './preset.ts';

/** What the company calls the accounts that lines are booked on, by number and name; ours where it has said nothing. */
export async function readLedgerNames(db: Db): Promise<FileContext['ledgerName']> {
  const mappings = await readMappings(db);
  return (line) => {
    const { code, name } = accountTitle(mappings, { ...line, accountId: line.accountId });
    return { number: code || line.ledgerAccount, name };
  };
}
