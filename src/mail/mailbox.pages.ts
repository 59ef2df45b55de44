import type { KeysetPage } from '../platform/keyset.ts';
import type { Page } from '../platform/web/render.ts';
import { holdsSecretLink, type LetterKind } from './letter.ts';
import type { ListedLetter, MailboxFilter, readLetter } from './mailbox.store.ts';
import type { LetterRow } from './outbox.store.ts';

export const LETTER_STATES: Record<LetterRow['state'], string> = {
  queued: 'Waiting',
  accepted: 'Accepted',
  refused: 'Refused',
  failed: 'Failed',
};

export const LETTER_KINDS: Record<LetterKind, string> = {
  link: 'Payment link',
  'link-replaced': 'Replacement link',
  'credit-note': 'Credit note',
  'new-link-wanted': 'Wish for a new link',
  receipt: 'Receipt',
  refund: 'Refund',
  reminder: 'Reminder',
  statement: 'Statement',
  invite: 'Invitation',
  reset: 'New password',
  'access-code': 'Code for saved cards',
};

/** What one can know of a letter: a mail server tells that it took it, not that somebody read it. */
function badgeOf(letter: { state: LetterRow['state']; tries: number }) {
  if (letter.state === 'queued' && letter.tries > 0) return { tone: 'warn', text: 'Trying again' };
  const tone = { queued: 'info', accepted: 'ok', refused: 'bad', failed: 'bad' }[letter.state];
  return { tone, text: LETTER_STATES[letter.state] };
}

const kindLabel = (kind: string) => LETTER_KINDS[kind as LetterKind] ?? kind;
const addresses = (json: string) => (JSON.parse(json) as string[]).join(', ');

export function mailboxPage(
  { rows, olderThan }: KeysetPage<ListedLetter>,
  filter: MailboxFilter,
  { sending }: { sending: boolean },
) {
  return {
    view: 'mail/mailbox',
    layout: 'office' as const,
    title: 'Mailbox',
    sending,
    filter: { state: filter.state ?? '', kind: filter.kind ?? '', before: filter.before },
    states: LETTER_STATES,
    kinds: LETTER_KINDS,
    olderThan,
    letters: rows.map((row) => ({
      id: row.id,
      subject: row.subject,
      to: addresses(row.to_addresses),
      kind: kindLabel(row.kind),
      badge: badgeOf(row),
      createdAt: row.created_at,
      nextTryAt: sending && row.state === 'queued' && row.tries > 0 ? row.next_try_at : undefined,
      trouble: row.state === 'accepted' ? undefined : (row.last_response ?? undefined),
    })),
  } satisfies Page & Record<string, unknown>;
}

export function letterDetailPage(
  letter: NonNullable<Awaited<ReturnType<typeof readLetter>>>,
  { sending, mailFrom, mayReadSecrets }: { sending: boolean; mailFrom: string; mayReadSecrets: boolean },
) {
  const hidden = holdsSecretLink(letter.kind) && !mayReadSecrets;
  return {
    view: 'mail/letter-detail',
    layout: 'office' as const,
    title: letter.subject,
    sending,
    letter: {
      id: letter.id,
      kind: kindLabel(letter.kind),
      badge: badgeOf(letter),
      state: letter.state,
      from: mailFrom,
      to: addresses(letter.to_addresses),
      cc: addresses(letter.cc_addresses),
      replyTo: letter.reply_to ?? '',
      messageId: letter.message_id,
      createdAt: letter.created_at,
      creator: letter.creator ?? 'The portal',
      endedAt: letter.ended_at,
      nextTryAt: letter.state === 'queued' ? letter.next_try_at : undefined,
      tries: letter.tries,
      answer: letter.last_response,
      customerId: letter.customer_id,
      linkId: letter.link_id,
      mayRetry:
        letter.state === 'failed' || letter.state === 'refused' || (letter.state === 'queued' && letter.tries > 0),
    },
    content: hidden ? 'hidden' : letter.html === '' ? 'emptied' : 'shown',
    text: hidden ? '' : letter.body_text,
  };
}
