import { recordAudit } from '../audit/record.ts';
import { readMailAddress } from '../mail/address.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { HOUR_MS } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { countHit } from '../platform/throttle.ts';
import { type Link, linkState } from './link.ts';
import { findLinkInFull, readLink } from './links.store.ts';
import { draftLinkLetter, type LetterParts } from './send-link.ts';

/**
 * For who opened a replaced link: mails the newest one to the customer's billing address, whoever asks, once an hour.
 * Gives false where that cannot be: no newer link is usable, or the customer has no address. Errors: 404.
 */
export async function mailReplacedLink(
  parts: LetterParts,
  { linkId, ip }: { linkId: string; ip: string | undefined },
): Promise<boolean> {
  const { db, clock } = parts;
  const newest = await newestOf(parts, await readLink(db, linkId));
  const found = await findLinkInFull(db, newest.id);
  if (newest.id === linkId || !found || linkState(found.link, found.payables, clock.now()) !== 'usable') {
    return false;
  }
  const { customer } = found;
  if (!readMailAddress(customer.email)) return false;

  return db.tx(async () => {
    if ((await countHit(parts, `replaced-link ${newest.id}`, HOUR_MS)) > 1) return true;
    const actor = { kind: 'customer', id: customer.id, ip } as const;
    const order = { linkId: newest.id, to: [customer.email], cc: [], note: '', actor, sendId: newId('req') };
    const letterId = await queueLetter(parts, await draftLinkLetter(parts, order, true));
    await recordAudit(parts, {
      actor,
      action: 'link.mailed-to-holder-of-older',
      subjectKind: 'link',
      subjectId: newest.id,
      detail: { letterId, olderLinkId: linkId },
    });
    return true;
  });
}

async function newestOf({ db }: Pick<LetterParts, 'db'>, link: Link): Promise<Link> {
  let newest = link;
  // Each step leads to a link made later, so this ends.
  while (newest.endedAs === 'replaced' && newest.replacedBy) newest = await readLink(db, newest.replacedBy);
  return newest;
}
