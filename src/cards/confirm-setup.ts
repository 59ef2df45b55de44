import { gatewayOf } from '../accounts/accounts.store.ts';
import { GatewayError, isRefusedByGateway } from '../gateway/gateway.ts';
import { readLink } from '../links/links.store.ts';
import { paths } from '../paths.ts';
import { nowIso } from '../platform/clock.ts';
import type { CardParts } from './card-parts.ts';
import type { CardSetup } from './card-setup.ts';
import { moveSetup, readSetup } from './card-setups.store.ts';
import { nameSetup } from './name-setup.ts';
import { settleSetup } from './settle-setup.ts';

/**
 * Takes a written try to the gateway: makes it there unconfirmed and keeps its name, then confirms it, then settles by
 * what the gateway says. An outcome that stays unknown leaves it `sent`: the sweeper asks again and never confirms.
 */
export async function confirmSetup(parts: CardParts, setupId: string): Promise<void> {
  const setup = await readSetup(parts.db, setupId);
  let answered = false;
  try {
    const ref = await nameSetup(parts, setup);
    if (!(await moveSetup(parts.db, setupId, 'sent', { sent_at: nowIso(parts.clock) }, ['started']))) return;
    await confirm(parts, setup, ref);
    answered = true;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, setupId }, 'the gateway gave no outcome');
    // A refusal is an answer: this confirm will never keep a card.
    answered = isRefusedByGateway(error);
    // It broke before the confirm: nothing was sent, so the customer may press again at once.
    const over = { ended_at: nowIso(parts.clock), next_look_at: nowIso(parts.clock) };
    if (await moveSetup(parts.db, setupId, 'abandoned', over, ['started'])) return;
  }
  await settleSetup(parts, setupId, { answered }).catch((error) => {
    if (!(error instanceof GatewayError)) throw error;
    parts.log.warn({ err: error, setupId }, 'the gateway could not be asked; the sweeper will');
  });
}

async function confirm(parts: CardParts, setup: CardSetup, ref: string): Promise<void> {
  const gateway = await gatewayOf(parts, setup.accountId);
  await gateway.confirmSetup(ref, {
    confirmationToken: setup.confirmationToken,
    presence: setup.channel === 'office' ? 'phone' : 'payer',
    returnUrl: await returnUrlOf(parts, setup),
    key: `confirm-${setup.id}`,
  });
}

/** Where a bank's own page sends the customer back to. */
async function returnUrlOf({ db, config, linkTokens }: CardParts, setup: CardSetup): Promise<string> {
  if (!setup.linkId) return `${config.baseUrl}${paths.customer(setup.customerId)}`;
  const link = await readLink(db, setup.linkId);
  return `${config.baseUrl}${paths.payReturn(linkTokens.sign('pay', link.id, link.createdAt))}`;
}
