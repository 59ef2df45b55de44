/** One merchant account that the sandbox plays. */
export interface SandboxAccount {
  id: string;
  secretKey: string;
  publishableKey: string;
  /** Several while one is being rolled; every delivery is signed with each. */
  webhookSecrets: string[];
  webhookUrl?: string | undefined;
  country: string;
  defaultCurrency: string;
  name: string;
  /**
   * The currency that it is paid out in, where that is not the one charged, and how many of its smallest unit one of
   * another currency comes to.
   */
  settlement?: { currency: string; rates: Record<string, number> } | undefined;
}

/** Throws unless every account has its own test keys: a live key must never reach a pretended gateway. */
export function refuseUnsafeAccounts(accounts: SandboxAccount[]): void {
  const keys = accounts.flatMap((account) => [account.secretKey, account.publishableKey]);
  if (keys.some((key) => key.includes('_live_'))) throw new Error('The sandbox does not start with live keys.');
  const wrong = accounts.find(({ secretKey, publishableKey }) => !isTestKey(secretKey, publishableKey));
  if (wrong) throw new Error(`The account ${wrong.id} needs keys that begin with sk_test_ (or rk_test_) and pk_test_.`);
  if (new Set(keys).size !== keys.length) throw new Error('Two accounts of the sandbox share a key.');
  if (new Set(accounts.map(({ id }) => id)).size !== accounts.length) {
    throw new Error('Two accounts of the sandbox share an id.');
  }
}

function isTestKey(secretKey: string, publishableKey: string): boolean {
  return /^(sk|rk)_test_/.test(secretKey) && publishableKey.startsWith('pk_test_');
}
