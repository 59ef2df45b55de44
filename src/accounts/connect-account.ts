import { randomBytes } from 'node:crypto';
import { type Actor, recordAudit } from '../audit/record.ts';
import { isCurrency } from '../money/currency.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import type { Account } from './account.ts';
import { type AccountKeys, isLiveKey, keyProblems } from './account-keys.ts';
import { ANY_CURRENCY, type GatewayAccess, readAccount } from './accounts.store.ts';
import { askGateway } from './check-account.ts';
import type { OwnSandbox } from './own-sandbox.ts';
import { statementSuffixProblem } from './statement-suffix.ts';

export interface NewAccount extends AccountKeys {
  /** Made before the account, so that its webhook address can be given to the gateway first. */
  id?: string | undefined;
  name: string;
  /** ISO 4217 codes; empty means any. */
  currencies: string[];
  statementSuffix: string;
  actor: Actor;
}

interface ConnectParts extends GatewayAccess {
  clock: Clock;
  config: { production: boolean };
  ownSandbox: OwnSandbox;
}

/**
 * Adds a payment service account with its secrets sealed. A Stripe account is asked about first: one that the gateway
 * finds fault with is kept switched off with what is wrong. The first one that works becomes the default. An account
 * of the portal's own sandbox needs no keys: they are made here, and the sandbox plays it at once.
 * Errors: `fields-invalid` (422), `gateway-silent` (503) when the gateway gave no answer; nothing is kept then.
 */
export async function connectAccount(parts: ConnectParts, given: NewAccount): Promise<Account> {
  const { db, clock, sealer, gateways, ownSandbox } = parts;
  const played = given.kind === 'sandbox' ? ownSandbox.learnAccounts : undefined;
  const wanted = played && !given.secretKey ? { ...given, ...sandboxKeys() } : given;
  const faults = faultsOf(parts, wanted);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  const { kind, publishableKey, secretKey } = wanted;
  const livemode = isLiveKey(secretKey);
  const answer =
    kind === 'stripe' ? await askGateway(gateways.open({ kind, secretKey, publishableKey }), livemode) : undefined;
  if (answer?.error?.kind === 'bad-keys') throw refuseFields({ secretKey: answer.problems[0] ?? '' });
  if (answer?.error) throw new Refusal('gateway-silent', 503, `${answer.problems[0]} The account was not saved.`);

  const id = wanted.id ?? newId('acc');
  const works = !answer || answer.problems.length === 0;
  await db.tx(async () => {
    const made = await db.q
      .insertInto('account')
      .values({
        id,
        name: wanted.name.trim(),
        kind,
        publishable_key: publishableKey,
        secret_key_sealed: sealer.seal(secretKey),
        webhook_secrets_sealed: sealer.seal(JSON.stringify([wanted.webhookSecret])),
        gateway_account_ref: answer?.accountRef ?? null,
        currencies: JSON.stringify([...new Set(wanted.currencies)].sort()),
        statement_suffix: wanted.statementSuffix,
        livemode: livemode ? 1 : 0,
        active: works ? 1 : 0,
        checked_at: answer ? nowIso(clock) : null,
        check_problems: JSON.stringify(answer?.problems ?? []),
        created_at: nowIso(clock),
      })
      .onConflict((clash) => clash.doNothing())
      .returning('id')
      .execute();
    if (made.length === 0) throw refuseFields({ name: 'There is an account of this name already. Choose another.' });
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'account.connected',
      subjectKind: 'account',
      subjectId: id,
      detail: { name: wanted.name.trim(), kind, livemode, active: works },
    });
    if (works) await becomeDefaultIfFirst(parts, id);
  });
  await played?.();
  return readAccount(db, id);
}

function sandboxKeys() {
  const chance = () => randomBytes(24).toString('hex');
  return {
    publishableKey: `pk_test_${chance()}`,
    secretKey: `sk_test_${chance()}`,
    webhookSecret: `whsec_${chance()}`,
  };
}

function faultsOf({ config }: ConnectParts, wanted: NewAccount): FieldErrors {
  const faults = keyProblems(wanted);
  const name = wanted.name.trim();
  if (name.length < 1 || name.length > 80) faults.name = 'Give the account a name of at most 80 characters.';
  if (wanted.kind === 'sandbox' && config.production) {
    faults.kind = 'The sandbox moves no real money, so it cannot be connected in production.';
  }
  const unknown = wanted.currencies.find((code) => !isCurrency(code));
  if (unknown !== undefined) faults.currencies = `"${unknown}" is no currency code. Write codes such as EUR, GBP.`;
  const suffix = statementSuffixProblem(wanted.statementSuffix);
  if (suffix) faults.statementSuffix = suffix;
  if (wanted.id !== undefined && !/^acc_[0-9a-z]{26}$/.test(wanted.id)) faults.name = 'Please open this page again.';
  return faults;
}

/** Makes an account the default where there is none yet; in the transaction of what made it usable. */
export async function becomeDefaultIfFirst({ db }: Pick<GatewayAccess, 'db'>, accountId: string): Promise<void> {
  await db.q
    .insertInto('account_default')
    .values({ currency: ANY_CURRENCY, account_id: accountId })
    .onConflict((clash) => clash.column('currency').doNothing())
    .execute();
}
