import { gatewayOf } from '../accounts/accounts.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { CardParts } from './card-parts.ts';
import type { SetupState } from './card-setup.ts';
import { moveSetup, readSetup } from './card-setups.store.ts';
import { settleSetup } from './settle-setup.ts';

/**
 * Gives a try to keep a card up. One that was sent ends by the gateway's word only: when it refuses to cancel because the
 * card is kept already, it is settled instead. Gives the state it then has. Errors: GatewayError.
 */
export async function giveUpSetup(parts: CardParts, setupId: string): Promise<SetupState> {
  const over = { ended_at: nowIso(parts.clock), next_look_at: nowIso(parts.clock) };
  if (await moveSetup(parts.db, setupId, 'abandoned', over, ['started'])) return 'abandoned';
  const setup = await readSetup(parts.db, setupId);
  if (!setup.gatewayRef) return setup.state;
  try {
    // A key of its own each time: a refusal from a moment ago must not be replayed.
    await (await gatewayOf(parts, setup.accountId)).cancelSetup(setup.gatewayRef, `cancel-${newId('req')}`);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'refused') throw error;
  }
  return settleSetup(parts, setupId);
}
