import { createHash } from 'node:crypto';
import { inBrandOf } from '../accounts/brand.ts';
import { recordAudit } from '../audit/record.ts';
import { openCase } from '../cases/open-case.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import { queueLetter } from '../mail/queue-letter.ts';
import { paths } from '../paths.ts';
import { HOUR_MS, nowIso } from '../platform/clock.ts';
import { notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import { dayInZone } from '../platform/show-time.ts';
import { countHit } from '../platform/throttle.ts';
import { wordsFor } from '../words/words.ts';
import { LINK_STATES, linkState } from './link.ts';
import { findLinkInFull } from './links.store.ts';
import { type LetterParts, LONGEST_NOTE } from './send-link.ts';

const MOST_PER_ADDRESS_AND_HOUR = 10;

/**
 * For who opened a link that has ended: opens a case and writes to the company, once for each link, day and message.
 * Gives false when the same was asked today already.
 * Errors: `fields-invalid` (422) for a long message, `link-usable` (409), `too-many-requests` (429), 404.
 */
export async function askForNewLink(
  parts: LetterParts,
  { linkId, message, ip }: { linkId: string; message: string; ip: string | undefined },
): Promise<boolean> {
  const { db, clock, config } = parts;
  const text = message.trim();
  if (text.length > LONGEST_NOTE) throw refuseFields({ message: `Write at most ${LONGEST_NOTE} characters.` });
  const found = await findLinkInFull(db, linkId);
  if (!found) throw notFound('payment link');
  const { link, payables, customer } = found;
  const state = linkState(link, payables, clock.now());
  if (state === 'usable') throw new Refusal('link-usable', 409, 'This link can be used. Please load the page again.');
  if ((await countHit(parts, `new-link ${ip ?? ''}`, HOUR_MS)) > MOST_PER_ADDRESS_AND_HOUR) {
    throw new Refusal('too-many-requests', 429, 'You have asked often. Please wait an hour.', {
      retryAfterSeconds: HOUR_MS / 1000,
    });
  }

  const company = inBrandOf(await readCompany(db), found.account.brand);
  const today = dayInZone(nowIso(clock), company.timeZone);
  const key = `new-link-wanted-${linkId}-${today}${text && `-${digest(text)}`}`;
  const words = wordsFor('en').link;
  const numbers =
    link.kind === 'save_card' ? words.wantedForCard : payables.map((payable) => payable.number).join(', ');
  const intro = words.wantedIntro(customer.name, numbers, LINK_STATES[state].label.toLowerCase());
  return db.tx(async () => {
    const opened = await openCase(parts, {
      kind: 'new-link-wanted',
      dedupeKey: key,
      subjectKind: 'link',
      subjectId: linkId,
      customerId: customer.id,
      summary: intro,
      detail: { message: text },
    });
    if (!opened) return false;
    const actor = { kind: 'customer', id: customer.id, ip } as const;
    const officeAddress = company.supportEmail || company.replyTo;
    if (officeAddress) {
      await queueLetter(parts, {
        key,
        kind: 'new-link-wanted',
        to: [officeAddress],
        replyTo: customer.email || undefined,
        language: 'en',
        sender: senderOf(company),
        subject: words.wantedSubject(customer.name, numbers),
        body: {
          heading: words.wantedHeading,
          paragraphs: [intro],
          ...(text ? { note: { label: words.wantedMessage, text } } : {}),
          action: { label: words.wantedAction, url: `${config.baseUrl}${paths.link(linkId)}` },
          closing: [words.wantedClosing],
        },
        customerId: customer.id,
        linkId,
      });
    }
    await recordAudit(parts, { actor, action: 'link.new-one-wanted', subjectKind: 'link', subjectId: linkId });
    return true;
  });
}

/** A second message is told too; the same one pressed twice is not. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
