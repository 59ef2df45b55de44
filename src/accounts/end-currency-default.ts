import { type Actor, recordAudit } from '../audit/record.ts';
import type { Clock } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { ANY_CURRENCY } from './accounts.store.ts';

/**
 * Takes the default for one currency away from an account, or for all that it has: new links in them go to the
 * overall default again. One that it is not the default for changes nothing.
 * Errors: Refusal `is-default` (409) for the overall default, which can only be given to another account.
 */
export async function endCurrencyDefault(
  parts: { db: Db; clock: Clock },
  { accountId, currency, actor }: { accountId: string; currency: string | 'all'; actor: Actor },
): Promise<void> {
  const { db } = parts;
  if (currency === ANY_CURRENCY) {
    throw new Refusal('is-default', 409, 'Make another account the default instead of taking this one away.');
  }
  await db.tx(async () => {
    const ended = await db.q
      .deleteFrom('account_default')
      .where('account_id', '=', accountId)
      .where('currency', '!=', ANY_CURRENCY)
      .$if(currency !== 'all', (rows) => rows.where('currency', '=', currency))
      .returning('currency')
      .execute();
    if (ended.length === 0) return;
    await recordAudit(parts, {
      actor,
      action: 'account.default-ended',
      subjectKind: 'account',
      subjectId: accountId,
      detail: { currencies: ended.map((row) => row.currency).sort() },
    });
  });
}
