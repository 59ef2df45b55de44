import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import type { Account } from './account.ts';
import { isDefaultAccount, lockAccount } from './accounts.store.ts';
import { becomeDefaultIfFirst } from './connect-account.ts';
import { endCurrencyDefault } from './end-currency-default.ts';
import { setDefaultAccount } from './set-default-account.ts';

export interface Switching {
  accountId: string;
  active: boolean;
  /** Which account becomes the default in place of one that is switched off. */
  newDefaultId?: string | undefined;
  actor: Actor;
}

/**
 * Switches an account on or off for new links and payments; what is under way goes on. The default of a currency that
 * is switched off leaves it to the overall default. Doing it twice changes nothing.
 * Errors: 404; Refusal `is-default` (409) for switching the overall default off without naming another,
 * `account-off` (409) for naming one that is off, `account-unchecked` (409) for switching on one that the gateway finds
 * fault with.
 */
export async function switchAccount(parts: { db: Db; clock: Clock }, wanted: Switching): Promise<void> {
  const { db } = parts;
  const { accountId, active, newDefaultId, actor } = wanted;
  if (newDefaultId === accountId) throw refuseFields({ newDefaultId: 'Choose another account than this one.' });
  await db.tx(async () => {
    // In id order, so that two who switch each other's accounts off never wait for one another.
    const ids = [accountId, ...(newDefaultId ? [newDefaultId] : [])].sort();
    const locked = new Map<string, Account>();
    for (const id of ids) locked.set(id, await lockAccount(db, id));
    const account = locked.get(accountId) as Account;
    if (account.active === active) return;
    if (active) refuseUnchecked(account);
    else {
      if (await isDefaultAccount(db, accountId)) {
        if (!newDefaultId) throw stillDefault(account);
        await setDefaultAccount(parts, { accountId: newDefaultId, actor });
      }
      await endCurrencyDefault(parts, { accountId, currency: 'all', actor });
    }
    await db.q
      .updateTable('account')
      .set({ active: active ? 1 : 0 })
      .where('id', '=', accountId)
      .execute();
    if (active) await becomeDefaultIfFirst(parts, accountId);
    await recordAudit(parts, {
      actor,
      action: active ? 'account.switched-on' : 'account.switched-off',
      subjectKind: 'account',
      subjectId: accountId,
    });
  });
}

function stillDefault({ name }: Account): Refusal {
  return new Refusal('is-default', 409, `"${name}" is the default. Choose which account is the default in its place.`);
}

function refuseUnchecked({ name, kind, checkedAt, problems }: Account): void {
  if (kind !== 'stripe' || (checkedAt && problems.length === 0)) return;
  throw new Refusal(
    'account-unchecked',
    409,
    `"${name}" did not pass its last check. Put right what is wrong and check it again first.`,
  );
}
