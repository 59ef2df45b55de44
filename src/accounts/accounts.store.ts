import type { Kysely } from 'kysely';
import type { Gateway } from '../gateway/gateway.ts';
import type { Gateways } from '../gateway/gateways.ts';
import type { Db } from '../platform/database/database.ts';
import { prepared } from '../platform/database/prepared.ts';
import type { Tables } from '../platform/database/tables.ts';
import { notFound } from '../platform/refusal.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Account } from './account.ts';
import { LOGO_ENDINGS } from './logo.ts';

export const ANY_CURRENCY = '*';

function accountsQuery(handle: Kysely<Tables>) {
  return handle
    .selectFrom('account')
    .leftJoin('account_logo', 'account_logo.account_id', 'account.id')
    .selectAll('account')
    .select(['account_logo.hash as logo_hash', 'account_logo.content_type as logo_type']);
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof accountsQuery>['execute']>>[number];

function accountOf(row: AccountRow): Account {
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
    takesKeyedCards: row.takes_keyed_cards === 1,
    secretKeyReplacedAt: row.secret_key_replaced_at ?? undefined,
    webhookSecretReplacedAt: row.webhook_secret_replaced_at ?? undefined,
    brand: {
      tradingName: row.brand_name,
      colour: row.brand_colour,
      supportEmail: row.support_email,
      supportPhone: row.support_phone,
      logo: row.logo_hash && row.logo_type ? { hash: row.logo_hash, ending: LOGO_ENDINGS[row.logo_type] } : undefined,
    },
  };
}

export async function listAccounts(db: Db): Promise<Account[]> {
  return (await accountsQuery(db.read).orderBy('name').execute()).map(accountOf);
}

const byId = prepared((read, given: { id: string }) => accountsQuery(read).where('account.id', '=', given.id));

/** Undefined when there is none of that id. */
export async function findAccount(db: Db, id: string): Promise<Account | undefined> {
  const [row] = await byId(db, { id });
  return row && accountOf(row);
}

/** Errors: 404 when there is none of that id. */
export async function readAccount(db: Db, id: string): Promise<Account> {
  const account = await findAccount(db, id);
  if (!account) throw notFound('payment service account');
  return account;
}

/** The account, its row held until the transaction ends. Errors: 404 when there is none of that id. */
export async function lockAccount(db: Db, id: string): Promise<Account> {
  const query = accountsQuery(db.q).where('account.id', '=', id);
  const row = await (db.dialect === 'postgres' ? query.forUpdate('account') : query).executeTakeFirst();
  if (!row) throw notFound('payment service account');
  return accountOf(row);
}

/** True when new links in any currency without a default of its own go to this account. */
export async function isDefaultAccount(db: Db, id: string): Promise<boolean> {
  return (await defaultAccountId(db)) === id;
}

/** The id of the account that new links go to where nobody chooses and the currency has no default of its own. */
export async function defaultAccountId(db: Db): Promise<string | undefined> {
  return (await readDefaults(db)).get(ANY_CURRENCY);
}

/** Which account is the default for which currency: code, or `ANY_CURRENCY`, → account id. */
export async function readDefaults(db: Db): Promise<Map<string, string>> {
  const rows = await db.read.selectFrom('account_default').selectAll().orderBy('currency').execute();
  return new Map(rows.map((row) => [row.currency, row.account_id]));
}

/** The account for a currency: its own default, else the overall one, else none. */
export async function defaultAccountFor(db: Db, currency: string): Promise<Account | undefined> {
  const defaults = await readDefaults(db);
  const id = defaults.get(currency) ?? defaults.get(ANY_CURRENCY);
  return id === undefined ? undefined : findAccount(db, id);
}

/** The picture behind a public address; undefined when the account has another now, or none. */
export async function findLogo(
  db: Db,
  { accountId, hash }: { accountId: string; hash: string },
): Promise<{ contentType: string; bytes: Buffer } | undefined> {
  const row = await db.read
    .selectFrom('account_logo')
    .select(['content_type', 'content'])
    .where('account_id', '=', accountId)
    .where('hash', '=', hash)
    .executeTakeFirst();
  return row && { contentType: row.content_type, bytes: Buffer.from(row.content, 'base64') };
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
