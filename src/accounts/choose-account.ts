import type { Gateways } from '../gateway/gateways.ts';
import type { Money } from '../money/money.ts';
import type { Db } from '../platform/database/database.ts';
import { type Account, accountProblem } from './account.ts';
import { defaultAccountFor, listAccounts } from './accounts.store.ts';

export interface AccountChoice {
  account: Account;
  /** Where the money goes when nobody chooses. */
  isDefault: boolean;
  /** Why it cannot take this sum, as a sentence; undefined when it fits. */
  problem: string | undefined;
}

/**
 * Every account with whether it can take a sum (switched on, currency, smallest and largest amount, decimals): the
 * default for the currency first, then those that fit, then the others, each by name. Asks no gateway.
 */
export async function chooseAccount(
  { db, gateways }: { db: Db; gateways: Gateways },
  sum: Money,
): Promise<AccountChoice[]> {
  const [accounts, usual] = await Promise.all([listAccounts(db), defaultAccountFor(db, sum.currency)]);
  const rank = ({ isDefault, problem }: AccountChoice) => (isDefault ? 0 : problem === undefined ? 1 : 2);
  return accounts
    .map((account) => ({
      account,
      isDefault: account.id === usual?.id,
      problem: accountProblem(account, sum.currency) ?? gateways.hostedFields(account).checkAmount(sum),
    }))
    .sort((a, b) => rank(a) - rank(b));
}
