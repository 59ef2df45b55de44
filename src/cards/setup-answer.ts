import { gatewayOf } from '../accounts/accounts.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { countHit } from '../platform/throttle.ts';
import type { Words } from '../words/words.ts';
import type { CardParts } from './card-parts.ts';
import type { CardSetup } from './card-setup.ts';
import { readSetup } from './card-setups.store.ts';
import { settleSetup } from './settle-setup.ts';

/** What the page's script is told about a submission. */
export type SetupAnswer =
  | { state: 'saved' | 'waiting'; page: string }
  | { state: 'challenge'; clientSecret: string; attempt: string }
  | { state: 'declined' | 'abandoned'; message: string };

/** Where the page goes on, and in which words. */
export interface Around {
  page: string;
  /** Where this try is asked about. */
  attempt: string;
  words: Words['card'];
}

/** The client secret is asked for when it is needed and never stored. */
export async function setupAnswer(parts: CardParts, setup: CardSetup, around: Around): Promise<SetupAnswer> {
  const { words, page, attempt } = around;
  if (setup.state === 'succeeded') return { state: 'saved', page };
  if (setup.state === 'declined') {
    return { state: 'declined', message: words.declined[setup.declineCategory ?? 'card-declined'] };
  }
  if (setup.state === 'abandoned') return { state: 'abandoned', message: words.abandoned };
  if (setup.state === 'challenged') {
    const clientSecret = await clientSecretOf(parts, setup);
    if (clientSecret) return { state: 'challenge', clientSecret, attempt };
  }
  return { state: 'waiting', page };
}

async function clientSecretOf(parts: CardParts, setup: CardSetup): Promise<string | undefined> {
  if (!setup.gatewayRef) return undefined;
  try {
    return (await (await gatewayOf(parts, setup.accountId)).readSetup(setup.gatewayRef)).clientSecret;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

const LOOKS_PER_MINUTE = 30;

/** Asks the gateway on behalf of a page that waits, within bounds; its silence changes nothing. Gives the try as it then is. */
export async function lookAtSetup(parts: CardParts, { id }: CardSetup): Promise<CardSetup> {
  if ((await countHit(parts, `looks ${id}`, 60_000)) <= LOOKS_PER_MINUTE) {
    await settleSetup(parts, id).catch((error) => {
      if (!(error instanceof GatewayError)) throw error;
      parts.log.warn({ err: error, setupId: id }, 'the gateway could not be asked');
    });
  }
  return readSetup(parts.db, id);
}
