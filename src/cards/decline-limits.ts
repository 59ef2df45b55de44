import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { countHit, hitsOf } from '../platform/throttle.ts';

/** Brakes against card testing: so many declines within an hour for one link, and from one address. */
export const DECLINES_PER_LINK = 6;
export const DECLINES_PER_ADDRESS = 15;
const WINDOW_MS = HOUR_MS;

const linkKey = (linkId: string) => `declines link ${linkId}`;
const addressKey = (ip: string) => `declines ip ${ip}`;

/** Errors: Refusal `too-many-declines` (429). */
export async function refuseTooManyDeclines(
  parts: { db: Db; clock: Clock },
  from: { linkId: string | undefined; ip: string },
): Promise<void> {
  const onLink = from.linkId ? await hitsOf(parts, linkKey(from.linkId)) : 0;
  const fromAddress = await hitsOf(parts, addressKey(from.ip));
  if (onLink < DECLINES_PER_LINK && fromAddress < DECLINES_PER_ADDRESS) return;
  throw new Refusal(
    'too-many-declines',
    429,
    'Several cards were declined one after another, so card payments pause here for an hour. Please speak to your bank, or ask the sender for another way to pay.',
    { retryAfterSeconds: WINDOW_MS / 1000 },
  );
}

/** Counts one decline; in the transaction that records it. */
export async function countDecline(
  parts: { db: Db; clock: Clock },
  from: { linkId: string | undefined; ip: string },
): Promise<void> {
  if (from.linkId) await countHit(parts, linkKey(from.linkId), WINDOW_MS);
  await countHit(parts, addressKey(from.ip), WINDOW_MS);
}
