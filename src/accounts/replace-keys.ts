import { type Actor, recordAudit } from '../audit/record.ts';
import { type Clock, nowIso } from '../platform/clock.ts';
import { type FieldErrors, Refusal, refuseFields } from '../platform/refusal.ts';
import type { Account } from './account.ts';
import { isLiveKey, keyProblems } from './account-keys.ts';
import { type GatewayAccess, lockAccount, readAccount, webhookSecretsOf } from './accounts.store.ts';
import { askGateway } from './check-account.ts';
import type { OwnSandbox } from './own-sandbox.ts';

/** While a webhook's secret is rolled both are valid; older ones are forgotten. */
const KEPT_WEBHOOK_SECRETS = 2;

export interface NewKeys {
  accountId: string;
  /** Empty strings leave what is there. */
  secretKey: string;
  webhookSecret: string;
  actor: Actor;
}

/**
 * Takes a rolled secret key, checked at the gateway first, and a rolled webhook secret beside the one before it.
 * Errors: 404; `fields-invalid` (422) also for a key of another mode or gateway account; `gateway-silent` (503).
 */
export async function replaceKeys(
  parts: GatewayAccess & { clock: Clock; ownSandbox: OwnSandbox },
  wanted: NewKeys,
): Promise<void> {
  const { db, sealer, gateways, clock, ownSandbox } = parts;
  const account = await readAccount(db, wanted.accountId);
  const faults = faultsOf(account, wanted);
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  if (wanted.secretKey && account.kind === 'stripe') {
    const { kind, publishableKey, livemode } = account;
    const answer = await askGateway(gateways.open({ kind, publishableKey, secretKey: wanted.secretKey }), livemode);
    if (answer.error && answer.error.kind !== 'bad-keys') {
      throw new Refusal('gateway-silent', 503, `${answer.problems[0]} The key was not changed.`);
    }
    if (answer.problems[0]) throw refuseFields({ secretKey: answer.problems[0] });
    if (account.gatewayRef && answer.accountRef !== account.gatewayRef) {
      throw refuseFields({ secretKey: 'This key belongs to another account of the gateway. Connect that one anew.' });
    }
  }
  await db.tx(async () => {
    await lockAccount(db, account.id);
    const secrets = await webhookSecretsOf(parts, account.id);
    const kept = [...new Set([wanted.webhookSecret, ...secrets].filter(Boolean))].slice(0, KEPT_WEBHOOK_SECRETS);
    await db.q
      .updateTable('account')
      .set({
        ...(wanted.secretKey
          ? { secret_key_sealed: sealer.seal(wanted.secretKey), secret_key_replaced_at: nowIso(clock) }
          : {}),
        ...(wanted.webhookSecret ? { webhook_secret_replaced_at: nowIso(clock) } : {}),
        webhook_secrets_sealed: sealer.seal(JSON.stringify(kept)),
      })
      .where('id', '=', account.id)
      .execute();
    await recordAudit(parts, {
      actor: wanted.actor,
      action: 'account.keys-replaced',
      subjectKind: 'account',
      subjectId: account.id,
      detail: { secretKey: wanted.secretKey !== '', webhookSecret: wanted.webhookSecret !== '' },
    });
  });
  if (account.kind === 'sandbox') await ownSandbox.learnAccounts?.();
}

function faultsOf(account: Account, { secretKey, webhookSecret }: NewKeys): FieldErrors {
  if (!secretKey && !webhookSecret) return { secretKey: 'Enter a new secret key, a new webhook secret, or both.' };
  const { kind, publishableKey } = account;
  const problems = keyProblems({ kind, publishableKey, secretKey, webhookSecret });
  const asked: FieldErrors = {};
  if (secretKey && problems.secretKey) asked.secretKey = problems.secretKey;
  else if (secretKey && isLiveKey(secretKey) !== account.livemode) {
    asked.secretKey = 'The new key must be of the same mode, test or live, as the account.';
  }
  if (webhookSecret && problems.webhookSecret) asked.webhookSecret = problems.webhookSecret;
  return asked;
}
