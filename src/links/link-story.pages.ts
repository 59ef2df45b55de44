import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { DeclineCategory } from '../gateway/gateway.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { showDateTime } from '../platform/show-time.ts';
import type { Link, LinkState } from './link.ts';
import type { LinkLetterRow } from './link-list.store.ts';
import type { LinkTry, LinkVisit } from './link-story.store.ts';
import { termsText } from './link-terms.ts';

/** One sentence of a link's story. */
export interface StoryLine {
  at: string;
  text: string;
  tone?: 'ok' | 'warn' | 'bad' | 'info';
  /** Where more about it stands. */
  more?: { label: string; href: string };
}

export interface StoryFacts {
  link: Link;
  state: LinkState;
  numbers: string[];
  audit: AuditLine[];
  letters: LinkLetterRow[];
  visit: LinkVisit | undefined;
  tries: LinkTry[];
  /** The company's zone. */
  zone: string;
}

/** All that is known of a link, in sentences, newest first: out of audit, letters, visits and tries. */
export function linkStory(facts: StoryFacts): StoryLine[] {
  const lines = [
    ...facts.audit.flatMap((line) => deedLines(line, facts)),
    ...facts.letters.toReversed().flatMap(letterLines),
    ...visitLines(facts.visit),
    ...facts.tries.flatMap((one) => tryLines(one, facts.link.currency)),
    ...endLines(facts),
  ];
  // Sorting keeps the order of what happened in the same moment, which turning round then reverses with the rest.
  return lines.sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))).reverse();
}

function deedLines({ at, action, detail, ...who }: AuditLine, { link, numbers, zone }: StoryFacts): StoryLine[] {
  const by = upper(whoDid(who));
  switch (action) {
    case 'link.issued': {
      const until = showDateTime(link.expiresAt, zone);
      const replaced = Array.isArray(detail.replaced) ? detail.replaced.map(String) : [];
      // As it was made: once a deposit is paid, the link itself asks for the rest.
      const partMinor = typeof detail.part_minor === 'number' ? detail.part_minor : link.partMinor;
      const what =
        link.kind === 'save_card'
          ? 'to save a card, without a payment'
          : `for ${list(numbers)}, asking for ${lower(termsText({ ...link, partMinor }))}`;
      return [
        { at, text: `${by} made this link ${what}, to be used until ${until}.` },
        ...replaced.map((id) => ({
          at,
          text: 'It took the place of an older link.',
          more: { label: 'Show the older link', href: paths.link(id) },
        })),
      ];
    }
    case 'link.handed-off': {
      const sum = showMoneyWithCode({ amountMinor: Number(detail.amountMinor), currency: link.currency });
      const text = `The bank wanted the customer to confirm a charge of ${sum} that was begun here, so ${whoDid(who)} handed it to them with this link.`;
      const payment = String(detail.paymentId);
      return [{ at, text, more: { label: 'Show the payment', href: paths.payment(payment) } }];
    }
    case 'link.replaced': {
      const more = { label: 'Show the newer link', href: paths.link(String(detail.by)) };
      return [{ at, text: `${by} made a newer link, which took the place of this one.`, more }];
    }
    case 'link.revoked':
      return [{ at, text: `${by} revoked it: nobody can use it any more.`, tone: 'bad' }];
    case 'link.reopened':
      return [{ at, text: 'It was opened again: what had been settled is due once more.', tone: 'info' }];
    case 'link.used':
      if (link.kind === 'save_card') return [{ at, text: 'The customer saved a card with it.', tone: 'ok' }];
      return [{ at, text: 'With that the link has done its work.', tone: 'ok' }];
    case 'link.closed':
      return [{ at, text: 'It was closed, since nothing is due any more: that was settled in another way.' }];
    case 'link.new-one-wanted':
      return [{ at, text: 'Somebody opened it after it had ended and asked us for a new link.', tone: 'warn' }];
    default:
      // What was sent is told by the letters themselves.
      return [];
  }
}

function letterLines(letter: LinkLetterRow): StoryLine[] {
  const to = `${letter.to.join(', ')}${letter.cc.length > 0 ? `, with a copy to ${letter.cc.join(', ')}` : ''}`;
  const by = letter.sender ?? 'The portal';
  const more = { label: 'Show the letter', href: paths.letter(letter.id) };
  const sent: Record<string, string> = {
    link: `${by} sent it to ${to}.`,
    'link-replaced': `Somebody opened an older link and asked for this one, so the portal sent it to ${to}.`,
    'new-link-wanted': `The portal told us of that by a letter to ${to}.`,
    receipt: `The portal sent the receipt to ${to}.`,
    reminder: `The portal reminded the customer by a letter to ${to}.`,
    'access-code': `Somebody asked on its page for the code to the saved cards, so the portal sent it to ${to}.`,
  };
  const lines: StoryLine[] = [{ at: letter.createdAt, text: sent[letter.kind] ?? `${by} wrote to ${to}.`, more }];
  const at = letter.endedAt;
  if (!at) return lines;
  const why = letter.answer ? `: ${letter.answer}` : '.';
  if (letter.state === 'accepted') lines.push({ at, text: `The mail server took the letter to ${to}.`, tone: 'ok' });
  if (letter.state === 'refused') lines.push({ at, text: `The letter to ${to} was refused${why}`, tone: 'bad' });
  if (letter.state === 'failed') lines.push({ at, text: `The letter to ${to} could not be sent${why}`, tone: 'bad' });
  return lines;
}

function visitLines(visit: LinkVisit | undefined): StoryLine[] {
  const lines: StoryLine[] = [];
  if (visit?.firstFetchedAt) {
    lines.push({
      at: visit.firstFetchedAt,
      text: 'Its page was fetched for the first time, by a machine or a person.',
    });
  }
  if (visit?.lastFetchedAt && visit.fetches > 1) {
    lines.push({ at: visit.lastFetchedAt, text: `Its page was fetched again: ${visit.fetches} times in all by then.` });
  }
  if (visit?.openedAt) {
    lines.push({ at: visit.openedAt, text: 'A person opened it and went to the card fields.', tone: 'info' });
  }
  if (visit?.lastOpenedAt && visit.personOpens > 1) {
    const times = `${visit.personOpens} times in all by then`;
    lines.push({ at: visit.lastOpenedAt, text: `A person opened it again: ${times}.`, tone: 'info' });
  }
  return lines;
}

/** Why a card was not charged, as the end of a sentence. */
const DECLINES: Record<DeclineCategory, string> = {
  'card-declined': 'the bank declined the card',
  'insufficient-funds': 'the card had not enough money',
  'expired-card': 'the card had expired',
  'incorrect-details': 'the card details were not right',
  'authentication-failed': 'the bank could not confirm who was paying',
  'authentication-required': 'the bank wanted the payer to confirm',
  'processing-error': 'the payment service had a problem',
  'not-supported': 'the card could not be used for this',
};

function tryLines(one: LinkTry, currency: string): StoryLine[] {
  const sum = showMoneyWithCode({ amountMinor: one.amountMinor, currency });
  const card = one.cardLast4 ? ` with the card ending in ${one.cardLast4}` : '';
  const more = { label: 'Show the payment', href: paths.payment(one.paymentId) };
  const at = one.endedAt ?? one.createdAt;
  switch (one.state) {
    case 'succeeded': {
      const receipt = one.receipt && { label: 'Show the receipt', href: paths.receipt(one.receipt.id) };
      return [{ at, text: `The customer paid ${sum}${card}.`, tone: 'ok', more: receipt ?? more }];
    }
    case 'declined': {
      const why = DECLINES[one.declineCategory as DeclineCategory] ?? 'the payment service said no';
      return [{ at, text: `The customer tried to pay ${sum}${card}, but ${why}.`, tone: 'warn', more }];
    }
    case 'abandoned':
      return [{ at, text: `A try to pay ${sum} came to nothing, and nobody was charged.`, tone: 'warn', more }];
    case 'challenged':
      return [{ at, text: `The customer wants to pay ${sum}, and the bank asks them to confirm.`, tone: 'info', more }];
    default:
      return [{ at, text: `The customer pressed “Pay” for ${sum}; the outcome is not known yet.`, tone: 'info', more }];
  }
}

/** What no deed tells: that its time has passed, and that a newer link of the same payment stands in its place. */
function endLines({ link, state, audit }: StoryFacts): StoryLine[] {
  if (state === 'expired') {
    return [{ at: link.expiresAt, text: 'Its time passed: it can no longer be used.', tone: 'warn' }];
  }
  const isTold = audit.some((line) => line.action === 'link.replaced');
  if (state !== 'replaced' || isTold || !link.endedAt || !link.replacedBy) return [];
  const more = { label: 'Show the newer link', href: paths.link(link.replacedBy) };
  return [{ at: link.endedAt, text: 'The portal made a newer link, which took the place of this one.', more }];
}

/** Whether anybody looked, for staff who wonder if a letter has arrived. */
export function visitText(visit: LinkVisit | undefined, zone: string): string {
  const day = (iso: string) => showDateTime(iso, zone);
  if (visit?.openedAt && visit.lastOpenedAt) {
    const last = visit.personOpens > 1 ? ` (first), ${day(visit.lastOpenedAt)} (last)` : '';
    return `Opened by a person on ${day(visit.openedAt)}${last}.`;
  }
  if (!visit || visit.fetches === 0) return 'Nobody has looked at its page yet.';
  const times = visit.fetches === 1 ? 'once' : `${visit.fetches} times`;
  return `Its page was fetched ${times} by machines or people, not opened by a person yet.`;
}

function list(numbers: string[]): string {
  const last = numbers.at(-1) ?? '';
  return numbers.length > 1 ? `${numbers.slice(0, -1).join(', ')} and ${last}` : last;
}

function upper(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
}

function lower(text: string): string {
  return `${text[0]?.toLowerCase() ?? ''}${text.slice(1)}`;
}
