import type { Db } from '../platform/database/database.ts';
import { type BalanceKey, balanceKeys } from './balances.store.ts';
import { chartEntry, type LedgerAccount } from './chart-of-accounts.ts';
import type { LedgerMapping } from './ledger-mapping.ts';

/** How the company calls our ledger accounts: a few rows at most. */
export async function readMappings(db: Db, ledgerAccount?: LedgerAccount): Promise<LedgerMapping[]> {
  let query = db.read.selectFrom('ledger_mapping').selectAll();
  if (ledgerAccount) query = query.where('ledger_account', '=', ledgerAccount);
  const rows = await query.orderBy('ledger_account').orderBy('account_id').orderBy('currency').execute();
  return rows.map((row) => ({
    ledgerAccount: row.ledger_account as LedgerAccount,
    accountId: row.account_id,
    currency: row.currency,
    code: row.code,
    name: row.name,
  }));
}

/** What of a ledger account can be called by a name of its own; both empty for all of it. */
export interface MappingPlace {
  accountId: string;
  currency: string;
}

/**
 * All of a ledger account, each payment service account where it is kept per account, and each currency that was booked
 * or mapped so far.
 */
export async function mappingPlaces(db: Db, ledgerAccount: LedgerAccount): Promise<MappingPlace[]> {
  const [keys, mapped, accounts] = await Promise.all([
    balanceKeys(db, { ledgerAccount }),
    readMappings(db, ledgerAccount),
    chartEntry(ledgerAccount).perAccount ? serviceAccounts(db) : [],
  ]);
  const used = [...keys.map(placeOf), ...mapped].filter((place) => place.currency !== '');
  const places = [
    { accountId: '', currency: '' },
    ...used.map(({ currency }) => ({ accountId: '', currency })),
    ...accounts.flatMap(({ id }) => [
      { accountId: id, currency: '' },
      ...used.filter(({ accountId }) => accountId === id).map(({ currency }) => ({ accountId: id, currency })),
    ]),
  ];
  return [...new Map(places.map((place) => [`${place.accountId} ${place.currency}`, place])).values()];
}

export interface ServiceAccount {
  id: string;
  /** With what tells test money from real money. */
  label: string;
}

/** The payment service accounts, oldest first, as the books name them. */
export async function serviceAccounts(db: Db): Promise<ServiceAccount[]> {
  const rows = await db.read.selectFrom('account').select(['id', 'name', 'livemode']).orderBy('id').execute();
  return rows.map((row) => ({ id: row.id, label: row.livemode === 1 ? row.name : `${row.name} (test)` }));
}

function placeOf({ accountId = '', currency }: BalanceKey): MappingPlace {
  return { accountId, currency };
}
