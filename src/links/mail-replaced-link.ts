import { recordAudit } from '../audit/record.ts';
import { readMailAddress } from '../mail/address.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { HOUR_MS } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { Refusal } from '../platform/refusal.ts';
import { countHit } from '../platform/throttle.ts';
import { type Link, linkState } from './link.ts';
import { findLinkInFull, readLink } from './links.store.ts';
import { draftLinkLetter, type LetterParts } from './send-link.ts';

/**
 * For who opened a replaced link: mails the newest one to the customer's billing address, whoever asks, once an hour.
 * Gives what became of it; the page says the same words to `sent` and `sent-before`.
 * Errors: `link-ended` (410) when no newer link is usable, 404.
 */
export async function mailReplacedLink(
  parts: LetterParts,
  { linkId, ip }: { linkId: string; ip: string | undefined },
): Promise<'sent' | 'sent-before' | 'no-address'> {
  const { db, clock } = parts;
  const newest = await newestOf(parts, await readLink(db, linkId));
  const found = await findLinkInFull(db, newest.id);
  if (newest.id === linkId || !found || linkState(found.link, found.payables, clock.now()) !== 'usable') {
    throw new Refusal('link-ended', 410, 'There is no newer link that can be used. You can ask for a new one.');
  }
  const { customer } = found;
  if (!readMailAddress(customer.email)) return 'no-address';

  return db.tx(async () => {
    if ((await countHit(parts, `replaced-link ${newest.id}`, HOUR_MS)) > 1) return 'sent-before';
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
    return 'sent';
  });
}

async function newestOf({ db }: Pick<LetterParts, 'db'>, link: Link): Promise<Link> {
  let newest = link;
  // Each step leads to a link made later, so this ends.
  while (newest.endedAs === 'replaced' && newest.replacedBy) newest = await readLink(db, newest.replacedBy);
  return newest;
}
