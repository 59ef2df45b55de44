import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { refuseFields } from '../platform/refusal.ts';
import { lockAccount } from './accounts.store.ts';
import { brandHash } from './brand-look.ts';
import { readLogo } from './logo.ts';

/**
 * Keeps an uploaded picture as an account's logo, in place of the one before; none takes it away.
 * Errors: 404; `fields-invalid` (422) for a file that is no such picture.
 */
export async function changeLogo(
  parts: { db: Db; clock: Clock },
  { accountId, bytes, actor }: { accountId: string; bytes: Buffer | undefined; actor: Actor },
): Promise<void> {
  const { db } = parts;
  const logo = bytes && readLogo(bytes);
  if (logo && 'problem' in logo) throw refuseFields({ file: logo.problem });
  await db.tx(async () => {
    await lockAccount(db, accountId);
    const gone = await db.q.deleteFrom('account_logo').where('account_id', '=', accountId).returning('hash').execute();
    if (logo) {
      await db.q
        .insertInto('account_logo')
        .values({
          account_id: accountId,
          content_type: logo.contentType,
          content: logo.bytes.toString('base64'),
          hash: brandHash(logo.bytes),
        })
        .execute();
    }
    if (!logo && gone.length === 0) return;
    await recordAudit(parts, {
      actor,
      action: logo ? 'account.logo-changed' : 'account.logo-removed',
      subjectKind: 'account',
      subjectId: accountId,
    });
  });
}
