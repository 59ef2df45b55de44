import type { LetterBody } from '../mail/letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { Payable } from '../payables/payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { dueOn, LINK_STATES, type LinkState, linkMeaning, linkTitle } from './link.ts';
import type { LinkFilter, LinkLetterRow, ListedLink } from './link-list.store.ts';
import type { StoryLine } from './link-story.pages.ts';
import { termsText } from './link-terms.ts';
import type { LinkInFull } from './links.store.ts';

const badgeOf = (state: LinkState) => ({ tone: LINK_STATES[state].tone, text: LINK_STATES[state].label });
const dueText = (payables: Payable[], currency: string) =>
  showMoneyWithCode({ amountMinor: dueOn(payables), currency });
const documents = (payables: Payable[]) =>
  payables.map((payable) => ({
    id: payable.id,
    kind: payable.kind,
    number: payable.number,
    due: payable.dueMinor > 0 ? dueText([payable], payable.currency) : undefined,
    settled: payable.state === 'void' ? 'void' : 'paid already',
  }));

export function linksPage({ rows, olderThan }: KeysetPage<ListedLink>, filter: LinkFilter) {
  return {
    view: 'links/links',
    layout: 'office' as const,
    title: 'Payment links',
    states: Object.entries(LINK_STATES).map(([value, { label }]) => ({ value, label })),
    filter,
    olderThan,
    links: rows.map((row) => ({
      ...row,
      badge: badgeOf(row.state),
      documents: documents(row.payables),
      what: row.kind === 'save_card' ? 'A card to save' : row.payables.map(({ number }) => number).join(', '),
      due: row.kind === 'save_card' ? '' : dueText(row.payables, row.currency),
    })),
  } satisfies Page & Record<string, unknown>;
}

/** What a mail server's answer means for staff: it can tell that it took a letter, not that somebody read it. */
function letterShown(letter: LinkLetterRow) {
  const badges = {
    queued: letter.tries > 0 ? { tone: 'warn', text: 'Trying again' } : { tone: 'info', text: 'Queued' },
    accepted: { tone: 'ok', text: 'Accepted' },
    refused: { tone: 'bad', text: 'Refused' },
    failed: { tone: 'bad', text: 'Failed' },
  };
  const kinds: Record<string, string> = {
    link: 'Payment link',
    'link-replaced': 'Newer link, asked for by who opened an older one',
    'new-link-wanted': 'To us: the customer asks for a new link',
    receipt: 'Receipt',
    'access-code': 'Code, asked for on the payment page',
    reminder: 'Reminder',
  };
  return { ...letter, badge: badges[letter.state], what: kinds[letter.kind] ?? letter.kind };
}

export function linkPage(
  { link, payables, customer, account }: LinkInFull,
  more: { state: LinkState; url: string; letters: LinkLetterRow[]; story: StoryLine[]; visited: string },
) {
  const { state } = more;
  return {
    view: 'links/link',
    layout: 'office' as const,
    title: linkTitle(link.kind, payables),
    scripts: ['copy-link.js'],
    link,
    state,
    badge: badgeOf(state),
    meaning: linkMeaning(link, state),
    tone: LINK_STATES[state].tone,
    url: more.url,
    documents: documents(payables),
    due: link.kind === 'save_card' ? undefined : dueText(payables, link.currency),
    asks: link.kind === 'save_card' ? undefined : termsText(link),
    again: newLinkHref(payables),
    somethingDue: dueOn(payables) > 0,
    customer,
    account: { id: account.id, name: account.name, livemode: account.livemode },
    letters: more.letters.map(letterShown),
    story: more.story,
    visited: more.visited,
  } satisfies Page & Record<string, unknown>;
}

/** Where a new link for what is still due begins. */
function newLinkHref(payables: Payable[]): string {
  const due = payables.filter((payable) => payable.dueMinor > 0).map((payable) => payable.id);
  if (due.length === 1) return paths.newLink(due[0] as string);
  return `${paths.newLinkForSelected()}?${new URLSearchParams(due.map((id) => ['payable', id]))}`;
}

export function sendLinkPage(
  { link, payables, customer }: LinkInFull,
  form: {
    sendId: string;
    letter: { subject: string; body: LetterBody };
    typed: Record<string, string>;
    errors: FieldErrors;
  },
) {
  return {
    view: 'links/send-link',
    layout: 'office' as const,
    title: 'Send the link by e-mail',
    link,
    about: linkTitle(link.kind, payables),
    customer,
    ...form,
  } satisfies Page & Record<string, unknown>;
}
