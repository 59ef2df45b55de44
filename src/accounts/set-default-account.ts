import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { ANY_CURRENCY, lockAccount } from './accounts.store.ts';

/**
 * Makes an account the one that new links go to. Doing it twice changes nothing.
 * Errors: 404; Refusal `account-off` (409) for one that is switched off.
 */
export async function setDefaultAccount(
  parts: { db: Db; clock: Clock },
  { accountId, actor }: { accountId: string; actor: Actor },
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
    const changed = await db.q
      .insertInto('account_default')
      .values({ currency: ANY_CURRENCY, account_id: accountId })
      .onConflict((clash) =>
        clash
          .column('currency')
          .doUpdateSet({ account_id: accountId })
          .where('account_default.account_id', '!=', accountId),
      )
      .returning('currency')
      .execute();
    if (changed.length === 0) return;
    await recordAudit(parts, { actor, action: 'account.made-default', subjectKind: 'account', subjectId: accountId });
  });
}
