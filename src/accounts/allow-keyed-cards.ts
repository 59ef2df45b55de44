import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { lockAccount } from './accounts.store.ts';

/**
 * Lets staff type cards for an account that customers tell them by phone, or forbids it. Off until somebody decides:
 * the gateway must allow it for the account, and it widens the PCI scope. Doing it twice changes nothing. Errors: 404.
 */
export async function allowKeyedCards(
  parts: { db: Db; clock: Clock },
  { accountId, allowed, actor }: { accountId: string; allowed: boolean; actor: Actor },
): Promise<void> {
  const { db } = parts;
  await db.tx(async () => {
    const account = await lockAccount(db, accountId);
    if (account.takesKeyedCards === allowed) return;
    await db.q
      .updateTable('account')
      .set({ takes_keyed_cards: allowed ? 1 : 0 })
      .where('id', '=', accountId)
      .execute();
    await recordAudit(parts, {
      actor,
      action: allowed ? 'account.keyed-cards-allowed' : 'account.keyed-cards-forbidden',
      subjectKind: 'account',
      subjectId: accountId,
    });
  });
}
