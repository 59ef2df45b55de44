import { randomBytes } from 'node:crypto';
import type { SandboxAccount } from './sandbox-account.ts';

/** The accounts from SANDBOX_ACCOUNTS (a JSON list); without it one with new keys, which `made` tells. */
export function readAccounts(json: string | undefined): { accounts: SandboxAccount[]; made: boolean } {
  if (!json) return { accounts: [demoAccount()], made: true };
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw new Error('SANDBOX_ACCOUNTS is not JSON.');
  }
  return { accounts: readAccountList(list), made: false };
}

/** The same from a list that has been read already. It may be empty: more can be told later. */
export function readAccountList(list: unknown): SandboxAccount[] {
  if (!Array.isArray(list)) throw new Error('SANDBOX_ACCOUNTS is not a list of accounts.');
  return list.map(readAccount);
}

/** The origins from SANDBOX_PORTAL_ORIGINS, separated by commas or spaces. */
export function readOrigins(text: string | undefined): string[] | undefined {
  const origins = (text ?? '').split(/[\s,]+/).filter(Boolean);
  return origins.length > 0 ? origins.map((origin) => new URL(origin).origin) : undefined;
}

function readAccount(given: Partial<SandboxAccount>): SandboxAccount {
  const { id, secretKey, publishableKey } = given;
  if (!id || !secretKey || !publishableKey) {
    throw new Error('Every account in SANDBOX_ACCOUNTS needs id, secretKey and publishableKey.');
  }
  return {
    ...{ id, secretKey, publishableKey },
    webhookSecrets: given.webhookSecrets ?? [],
    webhookUrl: given.webhookUrl,
    country: given.country ?? 'US',
    defaultCurrency: (given.defaultCurrency ?? 'usd').toLowerCase(),
    name: given.name ?? 'Sandbox',
  };
}

function demoAccount(): SandboxAccount {
  const random = () => randomBytes(16).toString('hex');
  return readAccount({
    id: 'acct_sandbox',
    secretKey: `sk_test_${random()}`,
    publishableKey: `pk_test_${random()}`,
    webhookSecrets: [`whsec_${random()}`],
  });
}
