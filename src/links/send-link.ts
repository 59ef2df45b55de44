import { inBrandOf, senderInBrand } from '../accounts/brand.ts';
import { type Actor, recordAudit } from '../audit/record.ts';
import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import { readMailAddress } from '../mail/address.ts';
import type { LetterDraft } from '../mail/letter.ts';
import { type QueueParts, queueLetter } from '../mail/queue-letter.ts';
import { findTemplate } from '../mail/templates.store.ts';
import { type FieldErrors, notFound, Refusal, refuseFields } from '../platform/refusal.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { linkMeaning, linkState } from './link.ts';
import { linkLetter } from './link-letter.ts';
import { linkUrl } from './link-url.ts';
import { dueDaysOf, findLinkInFull, lockLinks } from './links.store.ts';

/** What a letter about a link is made with. */
export type LetterParts = QueueParts & { linkTokens: LinkTokens };

export const MOST_ADDRESSES = 10;
export const LONGEST_NOTE = 1000;

export interface LinkLetterOrder {
  linkId: string;
  /** Addresses as typed. */
  to: string[];
  cc: string[];
  note: string;
  actor: Actor;
  /** Made with the form: the same form sent twice is one letter. */
  sendId: string;
}

/**
 * Puts a letter with the link into the outbox. Gives its id; undefined when this very letter is there already.
 * Errors: `fields-invalid` (422) for addresses and note, `link-ended` (409) when it is not usable, 404.
 */
export async function sendLink(parts: LetterParts, order: LinkLetterOrder): Promise<string | undefined> {
  const { db } = parts;
  return db.tx(async () => {
    await lockLinks(db, [order.linkId]);
    const draft = await draftLinkLetter(parts, order);
    const letterId = await queueLetter(parts, draft);
    if (!letterId) return undefined;
    await recordAudit(parts, {
      actor: order.actor,
      action: 'link.sent',
      subjectKind: 'link',
      subjectId: order.linkId,
      detail: { letterId, to: draft.to, cc: draft.cc },
    });
    return letterId;
  });
}

/** The letter with its recipients, checked, as it would be sent now; writes nothing. Errors: as for sending. */
export async function draftLinkLetter(
  parts: LetterParts,
  order: LinkLetterOrder,
  replaces = false,
): Promise<LetterDraft> {
  const { found, company, subject, body } = await writeLinkLetter(parts, { ...order, replaces });
  return {
    key: `link-${order.linkId}-${order.sendId}`,
    kind: replaces ? 'link-replaced' : 'link',
    ...readRecipients(order),
    language: found.customer.language,
    sender: senderInBrand(senderOf(company), found.account.brand),
    subject,
    body,
    customerId: found.customer.id,
    linkId: order.linkId,
    createdBy: order.actor.kind === 'person' ? order.actor.id : undefined,
  };
}

/** What the letter says now, to be looked at before it is sent. Errors: `link-ended` (409), 404. */
export async function writeLinkLetter(
  parts: LetterParts,
  { linkId, note, replaces = false }: { linkId: string; note: string; replaces?: boolean },
) {
  const { db, clock } = parts;
  const found = await findLinkInFull(db, linkId);
  if (!found) throw notFound('payment link');
  const state = linkState(found.link, found.payables, clock.now());
  if (state !== 'usable') {
    throw new Refusal('link-ended', 409, `This link can no longer be sent. ${linkMeaning(found.link, state)}`);
  }
  const company = inBrandOf(await readCompany(db), found.account.brand);
  const letter = linkLetter({
    ...found,
    company,
    url: linkUrl(parts, found.link),
    dueDays: await dueDaysOf(
      db,
      found.payables.filter((payable) => payable.dueMinor > 0).map((payable) => payable.id),
    ),
    note: note.trim(),
    replaces,
    template: await findTemplate(db, {
      kind: replaces ? 'link-replaced' : 'link',
      accountId: found.link.accountId,
      language: found.customer.language,
    }),
  });
  return { found, company, ...letter };
}

/** Splits what was typed into a recipients field: commas, semicolons, blanks or line breaks between addresses. */
export function splitAddresses(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean);
}

function readRecipients({ to, cc, note }: LinkLetterOrder): { to: string[]; cc: string[] } {
  const faults: FieldErrors = {};
  const read = (addresses: string[], field: string): string[] =>
    addresses.flatMap((text) => {
      const address = readMailAddress(text);
      if (!address) faults[field] ??= `"${text.slice(0, 80)}" is not an e-mail address that we can write to.`;
      return address ?? [];
    });
  const recipients = unique(read(to, 'to'));
  const copies = unique(read(cc, 'cc')).filter((address) => !recipients.includes(address));
  if (recipients.length === 0) faults.to ??= 'Enter at least one e-mail address.';
  if (recipients.length > MOST_ADDRESSES) faults.to ??= `Write to at most ${MOST_ADDRESSES} addresses at once.`;
  if (copies.length > MOST_ADDRESSES) faults.cc ??= `Send copies to at most ${MOST_ADDRESSES} addresses.`;
  if (note.trim().length > LONGEST_NOTE) faults.note = `A note has at most ${LONGEST_NOTE} characters.`;
  if (Object.keys(faults).length > 0) throw refuseFields(faults);
  return { to: recipients, cc: copies };
}

function unique(addresses: string[]): string[] {
  return [...new Set(addresses)];
}
