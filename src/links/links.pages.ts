import { accountLabel } from '../accounts/account.ts';
import type { AccountChoice } from '../accounts/choose-account.ts';
import type { AuditLine } from '../audit/audit.store.ts';
import { whoDid } from '../audit/who-did.ts';
import type { LetterBody } from '../mail/letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import type { KeysetPage } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import type { Page } from '../platform/web/render.ts';
import { dueOn, LINK_STATES, type LinkState, linkMeaning, linkTitle } from './link.ts';
import type { ExpiryChoice } from './link-expiry.ts';
import type { LinkFilter, LinkLetterRow, ListedLink } from './link-list.store.ts';
import type { LinkInFull } from './links.store.ts';

const badgeOf = (state: LinkState) => ({ tone: LINK_STATES[state].tone, text: LINK_STATES[state].label });
const dueText = (payables: Payable[], currency: string) =>
  showMoneyWithCode({ amountMinor: dueOn(payables), currency });
const documents = (payables: Payable[]) => payables.map(({ id, kind, number }) => ({ id, kind, number }));

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

/** How each length of life is called; its end is shown beside it. */
const EXPIRY_LABELS: Record<ExpiryChoice, string> = {
  'after-due': '30 days after the due date',
  '24h': '24 hours',
  '7d': '7 days',
  '14d': '14 days',
  '30d': '30 days',
  '90d': '90 days',
};

export interface NewLinkForm {
  payable: Payable;
  customer: { id: string; name: string; email: string };
  choices: Array<{ choice: ExpiryChoice; endsAt: string }>;
  /** The default first; those that cannot take what is due say why. */
  accounts: AccountChoice[];
  /** A link that would be replaced. */
  usable: { id: string; createdAt: string; expiresAt: string } | undefined;
  typed: Record<string, string>;
  errors: FieldErrors;
}

export function newLinkPage(form: NewLinkForm) {
  const { payable } = form;
  return {
    view: 'links/new-link',
    layout: 'office' as const,
    title: `New payment link for ${payable.number}`,
    payable,
    due: dueText([payable], payable.currency),
    customer: form.customer,
    choices: form.choices.map(({ choice, endsAt }) => ({ value: choice, label: EXPIRY_LABELS[choice], endsAt })),
    accounts: form.accounts.map(({ account, isDefault, problem }) => ({
      value: account.id,
      label: `${accountLabel(account)}${isDefault ? ', default' : ''}`,
      hint: problem,
      disabled: problem !== undefined,
    })),
    accountId: form.typed.accountId || form.accounts.find(({ problem }) => !problem)?.account.id,
    usable: form.usable,
    typed: form.typed,
    errors: form.errors,
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

const DEEDS: Record<string, string> = {
  'link.issued': 'Made',
  'link.sent': 'Sent',
  'link.revoked': 'Revoked',
  'link.replaced': 'Replaced by a newer link',
  'link.used': 'Paid',
  'link.closed': 'Closed: nothing is due any more',
  'link.reopened': 'Opened again: something is due again',
  'link.mailed-to-holder-of-older': 'Mailed to the billing address, asked for on the page of an older link',
  'link.new-one-wanted': 'A new link was asked for',
};

function deedOf(action: string, kind: 'pay' | 'save_card'): string {
  if (kind === 'save_card' && action === 'link.used') return 'Card saved';
  return DEEDS[action] ?? action;
}

export function linkPage(
  { link, payables, customer, account }: LinkInFull,
  more: { state: LinkState; url: string; letters: LinkLetterRow[]; history: AuditLine[] },
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
    somethingDue: dueOn(payables) > 0,
    customer,
    account: { id: account.id, name: account.name, livemode: account.livemode },
    letters: more.letters.map(letterShown),
    history: more.history
      .map((line) => ({ at: line.at, who: whoDid(line), what: deedOf(line.action, link.kind) }))
      .reverse(),
  } satisfies Page & Record<string, unknown>;
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
