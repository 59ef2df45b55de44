import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import type { Sealer } from '../platform/seal.ts';
import { lockAccount, webhookSecretsOf } from './accounts.store.ts';
import type { OwnSandbox } from './own-sandbox.ts';

/**
 * Forgets the webhook secrets before the newest one: messages sealed under them are refused from now on. Where there
 * is none, nothing changes. Errors: 404.
 */
export async function forgetOlderSecret(
  parts: { db: Db; clock: Clock; sealer: Sealer; ownSandbox: OwnSandbox },
  { accountId, actor }: { accountId: string; actor: Actor },
): Promise<void> {
  const { db, sealer, ownSandbox } = parts;
  await db.tx(async () => {
    await lockAccount(db, accountId);
    const [newest, ...older] = await webhookSecretsOf(parts, accountId);
    if (older.length === 0) return;
    await db.q
      .updateTable('account')
      .set({ webhook_secrets_sealed: sealer.seal(JSON.stringify([newest])) })
      .where('id', '=', accountId)
      .execute();
    await recordAudit(parts, {
      actor,
      action: 'account.older-secret-forgotten',
      subjectKind: 'account',
      subjectId: accountId,
    });
  });
  await ownSandbox.learnAccounts?.();
}
