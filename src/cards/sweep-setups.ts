import { gatewayOf } from '../accounts/accounts.store.ts';
import { type Gateway, GatewayError, isRefusedByGateway } from '../gateway/gateway.ts';
import { HOUR_MS, laterIso, MINUTE_MS, nowIso } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { CardParts } from './card-parts.ts';
import { type CardSetup, isOpenSetup } from './card-setup.ts';
import { readSetup } from './card-setups.store.ts';
import { giveUpSetup } from './give-up-setup.ts';
import { nameSetup } from './name-setup.ts';
import { settleSetup } from './settle-setup.ts';

const AT_ONCE = 20;
/** A try that was written but not sent within this time was left by a process that died. */
const UNSENT_MS = MINUTE_MS;
/** A confirm that was sent so long ago and of which the gateway knows nothing is not waited for any longer. */
const UNHEARD_MS = 5 * MINUTE_MS;
/** A challenge that nobody answers is given up after this. */
const GIVE_UP_MS = 30 * MINUTE_MS;
/** Gateways forget idempotency keys after a day (docs.stripe.com/api/idempotent_requests). */
const KEYS_HOLD_MS = 23 * HOUR_MS;

/**
 * Looks again at every try to keep a card that is due for a look: settles what the gateway knows, gives up what nobody
 * finishes, and cancels at the gateway what is over here. It never confirms. Gives how many it looked at.
 */
export async function sweepSetups(parts: CardParts): Promise<number> {
  const due = await parts.db.q
    .selectFrom('card_setup')
    .select(['id', 'next_look_at', 'created_at', 'looks'])
    .where('next_look_at', '<=', nowIso(parts.clock))
    .orderBy('next_look_at')
    .limit(AT_ONCE)
    .execute();
  for (const row of due) {
    const ageMs = parts.clock.now().getTime() - Date.parse(row.created_at);
    const claimed = await parts.db.q
      .updateTable('card_setup')
      .set({ next_look_at: laterIso(parts.clock, ageMs < HOUR_MS ? MINUTE_MS : HOUR_MS), looks: row.looks + 1 })
      .where('id', '=', row.id)
      .where('next_look_at', '=', row.next_look_at)
      .executeTakeFirst();
    if (claimed.numUpdatedRows !== 1n) continue;
    await look(parts, row.id, ageMs).catch((error) =>
      parts.log.warn({ err: error, setupId: row.id }, 'a try to save a card could not be looked at; it will be again'),
    );
  }
  return due.length;
}

async function look(parts: CardParts, id: string, ageMs: number): Promise<void> {
  const before = await readSetup(parts.db, id);
  if (isOpenSetup(before.state)) {
    await settleSetup(parts, id);
    const now = await readSetup(parts.db, id);
    if (isOpenSetup(now.state) && (await shouldBeGivenUp(parts, now, ageMs))) await giveUpSetup(parts, id);
  }
  const after = await readSetup(parts.db, id);
  if (after.state === 'declined' || after.state === 'abandoned') await closeAtGateway(parts, after, ageMs);
}

async function shouldBeGivenUp(parts: CardParts, setup: CardSetup, ageMs: number): Promise<boolean> {
  if (setup.state === 'started') return ageMs >= UNSENT_MS;
  if (setup.state === 'sent') {
    return parts.clock.now().getTime() - Date.parse(setup.sentAt ?? setup.createdAt) >= UNHEARD_MS;
  }
  return ageMs >= GIVE_UP_MS || linkWithdrawn(parts, setup);
}

/** Revoking a link only marks it: what was under way through it is given up here. */
async function linkWithdrawn({ db }: CardParts, setup: CardSetup): Promise<boolean> {
  if (!setup.linkId) return false;
  const link = await db.read.selectFrom('link').select('ended_as').where('id', '=', setup.linkId).executeTakeFirst();
  return link?.ended_as === 'revoked';
}

/** What is over here must not become a card there: it is cancelled, and a card that was kept all the same is let go. */
async function closeAtGateway(parts: CardParts, setup: CardSetup, ageMs: number): Promise<void> {
  const gateway = await gatewayOf(parts, setup.accountId);
  const ref = setup.gatewayRef ?? (ageMs < KEYS_HOLD_MS ? await lostName(parts, setup) : undefined);
  if (ref) await cancelOrLetGo(gateway, ref);
  await parts.db.q.updateTable('card_setup').set({ next_look_at: null }).where('id', '=', setup.id).execute();
}

/** The name of what the gateway made and whose answer was lost; undefined when it made nothing. */
async function lostName(parts: CardParts, setup: CardSetup): Promise<string | undefined> {
  try {
    return await nameSetup(parts, setup);
  } catch (error) {
    // Kept under its key for good: nobody has its name, so nobody can confirm it.
    if (isRefusedByGateway(error) || (error instanceof GatewayError && error.kind === 'server-error')) return undefined;
    throw error;
  }
}

async function cancelOrLetGo(gateway: Gateway, ref: string): Promise<void> {
  try {
    await gateway.cancelSetup(ref, `cancel-${newId('req')}`);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.kind !== 'refused') throw error;
    const truth = await gateway.readSetup(ref);
    if (truth.status === 'succeeded' && truth.card?.methodRef) await gateway.detachCard(truth.card.methodRef);
  }
}
