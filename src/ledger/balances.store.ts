import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/database/database.ts';
import type { LedgerAccount } from './chart-of-accounts.ts';
import type { Place } from './place.ts';

/** The lengths of time that movements are summed over, with how much of an ISO 8601 time names one. */
export const SPANS = [
  { span: 'month', length: 7 },
  { span: 'day', length: 10 },
  { span: 'hour', length: 13 },
] as const;

/** What one balance is kept for; `accountId` is undefined where the ledger account is not kept per account. */
export interface BalanceKey {
  ledgerAccount: LedgerAccount;
  accountId: string | undefined;
  currency: string;
}

/** Balances narrowed to what is named. */
export type SomeBalances = { [part in keyof BalanceKey]?: BalanceKey[part] | undefined };

/** What moved on one balance until a moment, in whole minor units. */
export interface Balance extends BalanceKey {
  debitMinor: number;
  creditMinor: number;
  /** Debits less credits. */
  balanceMinor: number;
}

interface BalanceColumns {
  ledger_account: string;
  account_id: string;
  currency: string;
  debit_minor: number;
  credit_minor: number;
}

/**
 * What had moved on each balance just before a moment (ISO 8601 UTC), without reading the lines of the whole journal:
 * whole months, the days after them, the hours after those, and the lines of the hour that had begun. Entries that are
 * not summed yet are added. One statement, so that the job which sums never comes in between. `cross join` keeps SQLite,
 * which has no statistics, from beginning with the lines.
 */
export async function balancesBefore(db: Db, beforeIso: string, of: SomeBalances = {}): Promise<Balance[]> {
  const [month, day, hour] = SPANS.map(({ length }) => beforeIso.slice(0, length));
  const summed = sql`ledger_account, account_id, currency, debit_minor, credit_minor from ledger_sum where ${only(of, 'ledger_sum')}`;
  const line = sql`line.ledger_account, coalesce(line.account_id, '') as account_id, line.currency,
    case when line.amount_minor > 0 then line.amount_minor else 0 end as debit_minor,
    case when line.amount_minor < 0 then -line.amount_minor else 0 end as credit_minor`;
  const { rows } = await sql<BalanceColumns>`
    select ledger_account, account_id, currency, sum(debit_minor) as debit_minor, sum(credit_minor) as credit_minor from (
      select ${summed} and span = 'month' and period < ${month}
      union all
      select ${summed} and span = 'day' and period >= ${month} and period < ${day}
      union all
      select ${summed} and span = 'hour' and period >= ${day} and period < ${hour}
      union all
      select ${line} from journal_entry entry cross join journal_line line
       where line.entry_id = entry.id and entry.occurred_at >= ${hour} and entry.occurred_at < ${beforeIso} and ${only(of, 'line')}
         and not exists (select 1 from ledger_unsummed waiting where waiting.entry_id = entry.id)
      union all
      select ${line} from ledger_unsummed waiting cross join journal_line line
       where line.entry_id = waiting.entry_id and line.occurred_at < ${beforeIso} and ${only(of, 'line')}
    ) movement group by ledger_account, account_id, currency
    order by currency, ledger_account, account_id`.execute(db.read);
  return rows.map((row) => {
    const [debitMinor, creditMinor] = [Number(row.debit_minor), Number(row.credit_minor)];
    return { ...keyOf(row), debitMinor, creditMinor, balanceMinor: debitMinor - creditMinor };
  });
}

/** The balance of one account in the books up to a place in its lines, that line with it: whole minor units. */
export async function balanceUpTo(db: Db, key: BalanceKey, { at, entryId, position }: Place): Promise<number> {
  const before = (await balancesBefore(db, at, key)).find((one) => one.accountId === key.accountId);
  const { rows } = await sql<{ amount_minor: number }>`
    select coalesce(sum(amount_minor), 0) as amount_minor from journal_line line
     where ${ofBalance(key)} and occurred_at = ${at}
       and (entry_id < ${entryId} or (entry_id = ${entryId} and position <= ${position}))`.execute(db.read);
  return (before?.balanceMinor ?? 0) + Number(rows[0]?.amount_minor ?? 0);
}

/** Every balance that was ever moved, narrowed where something is named; there are few, however long the journal is. */
export async function balanceKeys(db: Db, of: SomeBalances = {}): Promise<BalanceKey[]> {
  const { rows } = await sql<BalanceColumns>`
    select ledger_account, account_id, currency from ledger_sum where span = 'month' and ${only(of, 'ledger_sum')}
    union
    select line.ledger_account, coalesce(line.account_id, ''), line.currency
      from ledger_unsummed waiting cross join journal_line line
     where line.entry_id = waiting.entry_id and ${only(of, 'line')}
    order by 1, 2, 3`.execute(db.read);
  return rows.map(keyOf);
}

/** The lines of one balance, in the words of the index: PostgreSQL takes no order from `is null`. */
export function ofBalance({ ledgerAccount, accountId = '', currency }: BalanceKey): RawBuilder<boolean> {
  return sql`(line.ledger_account = ${ledgerAccount} and coalesce(line.account_id, '') = ${accountId}
    and line.currency = ${currency})`;
}

/** `|| ''` keeps SQLite from reading all lines of an account in the books for each entry whose lines are asked for. */
function only(of: SomeBalances, table: 'ledger_sum' | 'line'): RawBuilder<boolean> {
  const column = (name: string) => (table === 'line' ? sql`line.${sql.ref(name)} || ''` : sql.ref(`${table}.${name}`));
  const named = [
    ...(of.ledgerAccount ? [sql`${column('ledger_account')} = ${of.ledgerAccount}`] : []),
    ...(of.accountId ? [sql`${column('account_id')} = ${of.accountId}`] : []),
    ...(of.currency ? [sql`${column('currency')} = ${of.currency}`] : []),
  ];
  return named.length === 0 ? sql`true` : sql`${sql.join(named, sql` and `)}`;
}

function keyOf(row: { ledger_account: string; account_id: string; currency: string }): BalanceKey {
  return {
    ledgerAccount: row.ledger_account as LedgerAccount,
    accountId: row.account_id || undefined,
    currency: row.currency,
  };
}
