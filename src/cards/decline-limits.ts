import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { Db } from '../platform/database/database.ts';
import { Refusal } from '../platform/refusal.ts';
import { countHit, hitsOf } from '../platform/throttle.ts';

/** Brakes against card testing: so many declines within an hour for one link, from one address, by one person here. */
export const DECLINES_PER_LINK = 6;
export const DECLINES_PER_ADDRESS = 15;
export const DECLINES_PER_PERSON = 15;
const WINDOW_MS = HOUR_MS;

const linkKey = (linkId: string) => `declines link ${linkId}`;
const personKey = (personId: string) => `declines person ${personId}`;
const addressKey = (ip: string) => `declines ip ${ip}`;

/** Whose declines are counted: of a link and the address it is opened from, or of somebody in the office. */
export type Decliner = { linkId?: string | undefined; personId?: string | undefined; ip: string };

/** Errors: Refusal `too-many-declines` (429). */
export async function refuseTooManyDeclines(
  parts: { db: Db; clock: Clock },
  { linkId, personId, ip }: Decliner,
): Promise<void> {
  // People in an office share one address: each is counted by name instead.
  const tooMany = personId
    ? (await hitsOf(parts, personKey(personId))) >= DECLINES_PER_PERSON
    : (linkId !== undefined && (await hitsOf(parts, linkKey(linkId))) >= DECLINES_PER_LINK) ||
      (await hitsOf(parts, addressKey(ip))) >= DECLINES_PER_ADDRESS;
  if (!tooMany) return;
  throw new Refusal('too-many-declines', 429, personId ? TOLD_STAFF : TOLD_PAYERS, {
    retryAfterSeconds: WINDOW_MS / 1000,
  });
}

const TOLD_PAYERS =
  'Several cards were declined one after another, so card payments pause here for an hour. Please speak to your bank, or ask the sender for another way to pay.';
const TOLD_STAFF =
  'So many cards were declined that you tried within an hour that charging pauses for you. Send the customer a link instead, or wait.';

/** Counts one decline; in the transaction that records it. */
export async function countDecline(
  parts: { db: Db; clock: Clock },
  { linkId, startedBy, ip }: { linkId: string | undefined; startedBy?: string | undefined; ip: string },
): Promise<void> {
  if (startedBy) {
    await countHit(parts, personKey(startedBy), WINDOW_MS);
    return;
  }
  if (linkId) await countHit(parts, linkKey(linkId), WINDOW_MS);
  await countHit(parts, addressKey(ip), WINDOW_MS);
}
