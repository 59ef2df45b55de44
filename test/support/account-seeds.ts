import { randomBytes } from 'node:crypto';
import type { Account } from '../../src/accounts/account.ts';
import { connectAccount, type NewAccount } from '../../src/accounts/connect-account.ts';
import { SYSTEM } from '../../src/audit/record.ts';
import type { House } from '../../src/wire.ts';

let made = 0;

/**
 * A sandbox account that takes any currency; the first one is the default. Where it is reached says the house's
 * configuration; give the keys of the sandbox server that runs there when cards are to be charged.
 */
export function aSandboxAccount(house: House, over: Partial<NewAccount> = {}): Promise<Account> {
  const chance = () => randomBytes(12).toString('hex');
  return connectAccount(house, {
    name: `Sandbox ${++made}`,
    kind: 'sandbox',
    publishableKey: `pk_test_${chance()}`,
    secretKey: `sk_test_${chance()}`,
    webhookSecret: `whsec_${chance()}`,
    currencies: [],
    statementSuffix: '',
    actor: SYSTEM,
    ...over,
  });
}
