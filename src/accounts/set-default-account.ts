import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { accountProblem } from './account.ts';
import { ANY_CURRENCY, lockAccount } from './accounts.store.ts';

/**
 * Makes an account the one that new links go to: those in one currency, or, without one, all that have no default of
 * their own. Doing it twice changes nothing.
 * Errors: 404; Refusal `account-off` (409) for one that is switched off, `account-unfit` (409) for a currency that it
 * does not take.
 */
export async function setDefaultAccount(
  parts: { db: Db; clock: Clock },
  { accountId, currency = ANY_CURRENCY, actor }: { accountId: string; currency?: string | undefined; actor: Actor },
): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const account = await lockAccount(db, accountId);
    if (!account.active) {
      throw new Refusal(
        'account-off',
        409,
        `"${account.name}" is switched off. Switch it on before it is the default.`,
      );
    }
    const unfit = currency === ANY_CURRENCY ? undefined : accountProblem(account, currency);
    if (unfit) throw new Refusal('account-unfit', 409, unfit);
    const changed = await db.q
      .insertInto('account_default')
      .values({ currency, account_id: accountId })
      .onConflict((clash) =>
        clash
          .column('currency')
          .doUpdateSet({ account_id: accountId })
          .where('account_default.account_id', '!=', accountId),
      )
      .returning('currency')
      .execute();
    if (changed.length === 0) return;
    await recordAudit(parts, {
      actor,
      action: 'account.made-default',
      subjectKind: 'account',
      subjectId: accountId,
      detail: currency === ANY_CURRENCY ? {} : { currency },
    });
  });
}
