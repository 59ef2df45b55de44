import type { Selectable } from 'kysely';
import type { Gateway } from '../gateway/gateway.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';
import type { AccountTable } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Account } from './account.ts';

export const ANY_CURRENCY = '*';

export function accountOf(row: Selectable<AccountTable>): Account {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    publishableKey: row.publishable_key,
    currencies: JSON.parse(row.currencies),
    statementSuffix: row.statement_suffix,
    livemode: row.livemode === 1,
    active: row.active === 1,
    problems: JSON.parse(row.check_problems),
    checkedAt: row.checked_at ?? undefined,
    gatewayRef: row.gateway_account_ref ?? undefined,
  };
}

export async function listAccounts(db: Db): Promise<Account[]> {
  const rows = await db.read.selectFrom('account').selectAll().orderBy('name').execute();
  return rows.map(accountOf);
}

const byId = prepared((read, given: { id: string }) =>
  read.selectFrom('account').selectAll().where('id', '=', given.id),
);

/** Errors: 404 when there is none of that id. */
export async function readAccount(db: Db, id: string): Promise<Account> {
  const [row] = await byId(db, { id });
  if (!row) throw notFound('payment service account');
  return accountOf(row);
}

/** The account, its row held until the transaction ends. Errors: 404 when there is none of that id. */
export async function lockAccount(db: Db, id: string): Promise<Account> {
  const query = db.q.selectFrom('account').selectAll().where('id', '=', id);
  const row = await (db.dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw notFound('payment service account');
  return accountOf(row);
}

/** True when new links go to this account where nobody chooses. */
export async function isDefaultAccount(db: Db, id: string): Promise<boolean> {
  const row = await db.read
    .selectFrom('account_default')
    .select('account_id')
    .where('account_id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** The id of the account that new links go to where nobody chooses. */
export async function defaultAccountId(db: Db): Promise<string | undefined> {
  const row = await db.read
    .selectFrom('account_default')
    .select('account_id')
    .where('currency', '=', ANY_CURRENCY)
    .executeTakeFirst();
  return row?.account_id;
}

/** The account for a currency: its own default, else the overall one, else none. */
export async function defaultAccountFor(db: Db, currency: string): Promise<Account | undefined> {
  const rows = await db.read
    .selectFrom('account_default')
    .innerJoin('account', 'account.id', 'account_default.account_id')
    .selectAll('account')
    .select('account_default.currency as default_for')
    .where('account_default.currency', 'in', [currency, ANY_CURRENCY])
    .execute();
  const row = rows.find((one) => one.default_for === currency) ?? rows[0];
  return row ? accountOf(row) : undefined;
}

/** What reaches the gateways: handed to every deed that must. */
export interface GatewayAccess {
  db: Db;
  sealer: Sealer;
  gateways: Gateways;
}

/** The gateway of an account, with its secret key opened. Errors: 404, or a seal made under another key. */
export async function gatewayOf({ db, sealer, gateways }: GatewayAccess, accountId: string): Promise<Gateway> {
  const row = await db.read
    .selectFrom('account')
    .select(['kind', 'secret_key_sealed', 'publishable_key'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  if (!row) throw notFound('payment service account');
  return gateways.open({
    kind: row.kind,
    secretKey: sealer.open(row.secret_key_sealed),
    publishableKey: row.publishable_key,
  });
}

/** The webhook secrets of an account, newest first; several while they are being changed. */
export async function webhookSecretsOf(
  { db, sealer }: { db: Db; sealer: Sealer },
  accountId: string,
): Promise<string[]> {
  const row = await db.read
    .selectFrom('account')
    .select('webhook_secrets_sealed')
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row ? (JSON.parse(sealer.open(row.webhook_secrets_sealed)) as string[]) : [];
}
