import { gatewayOf } from '../accounts/accounts.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import type { CardParts } from './card-parts.ts';

const LONGEST_WAIT_MS = 6 * HOUR_MS;

/**
 * Takes a card that was removed here away at the gateway too. Gives true when the gateway agrees; else it is to be
 * repeated, ever more rarely. May be called at any time, by several at once.
 */
export async function detachCard(parts: CardParts, cardId: string): Promise<boolean> {
  const { db, clock } = parts;
  // Claimed for a minute: the gateway is asked once, whoever comes at the same time.
  const claimed = await db.q
    .updateTable('saved_card')
    .set((was) => ({ detach_at: laterIso(clock, MINUTE_MS), detach_tries: was('detach_tries', '+', 1) }))
    .where('id', '=', cardId)
    .where('removed_at', 'is not', null)
    .where('detach_at', '<=', nowIso(clock))
    .returning(['account_id', 'method_ref', 'detach_tries'])
    .executeTakeFirst();
  if (!claimed) return false;
  try {
    await (await gatewayOf(parts, claimed.account_id)).detachCard(claimed.method_ref);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, cardId }, 'a removed card is still kept at the gateway; it will be asked again');
    const waitMs = Math.min(MINUTE_MS * 2 ** Math.min(claimed.detach_tries, 20), LONGEST_WAIT_MS);
    await db.q
      .updateTable('saved_card')
      .set({ detach_at: laterIso(clock, waitMs) })
      .where('id', '=', cardId)
      .execute();
    return false;
  }
  await db.q.updateTable('saved_card').set({ detach_at: null }).where('id', '=', cardId).execute();
  return true;
}
