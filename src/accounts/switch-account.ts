import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { isDefaultAccount, lockAccount } from './accounts.store.ts';
import { becomeDefaultIfFirst } from './connect-account.ts';

/**
 * Switches an account on or off for new links and payments; what is under way goes on. Doing it twice changes nothing.
 * Errors: 404; Refusal `is-default` (409) for switching the default off, `account-unchecked` (409) for switching on
 * one that the gateway finds fault with.
 */
export async function switchAccount(
  parts: { db: Db; clock: Clock },
  { accountId, active, actor }: { accountId: string; active: boolean; actor: Actor },
): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const account = await lockAccount(db, accountId);
    if (account.active === active) return;
    if (!active && (await isDefaultAccount(db, accountId))) {
      throw new Refusal('is-default', 409, `"${account.name}" is the default. Make another account the default first.`);
    }
    if (active && account.kind === 'stripe' && (!account.checkedAt || account.problems.length > 0)) {
      throw new Refusal(
        'account-unchecked',
        409,
        `"${account.name}" did not pass its last check. Put right what is wrong and check it again first.`,
      );
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
