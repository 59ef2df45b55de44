import { type Account, accountLabel } from '../accounts/account.ts';
import type { Company } from '../company/company.ts';
import type { Customer } from '../customers/customer.ts';
import { type CardExpiry, EXPIRY_WORDS, showExpiry } from '../gateway/card-expiry.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { expiresAt } from '../links/link-expiry.ts';
import { EXPIRY_LABELS } from '../links/new-link.pages.ts';
import { paths } from '../paths.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { cardText } from '../words/card-brand.ts';
import { wordsFor } from '../words/words.ts';
import type { ExpiringCard } from './cards.store.ts';
import { type ExpiringCursor, writeExpiringCursor } from './expiring.ts';
import { phoneConsent } from './phone-consent.ts';

/** How long a link to save a card may live; 14 days when nobody chooses. */
export const CARD_LINK_EXPIRIES = ['24h', '7d', '14d', '30d', '90d'] as const;

const optionOf = (account: Account, usual: string | undefined) => ({
  value: account.id,
  label: `${accountLabel(account)}${account.id === usual ? ', default' : ''}`,
});

/** A card that a customer reads out by phone. */
export function newCardPage({
  customer,
  company,
  accounts,
  account,
  usual,
  fields,
  consented,
  fault,
}: {
  customer: Customer;
  company: Company;
  accounts: Account[];
  account: Account | undefined;
  usual: string | undefined;
  /** None where this account takes no cards typed by staff. */
  fields: HostedFields | undefined;
  consented: boolean;
  fault: string;
}) {
  return {
    view: 'cards/new-card',
    layout: 'office' as const,
    title: 'Add a card',
    scripts: ['save-card.js'],
    customer,
    accounts: accounts.map((one) => optionOf(one, usual)),
    account: account && { id: account.id, name: accountLabel(account) },
    consent: account && phoneConsent(company, account, customer).wording,
    consented,
    fault,
    link: account && withQuery(paths.newCardLink(customer.id), { account: account.id }),
    gatewayScript: fields?.scriptUrl,
    fields,
    words: wordsFor('en').card,
    pay: wordsFor('en').pay,
  } satisfies Page & Record<string, unknown>;
}

/** A link by which the customer saves a card. */
export function newCardLinkPage(form: {
  customer: Customer;
  accounts: Account[];
  usual: string | undefined;
  from: Parameters<typeof expiresAt>[1];
  typed: Record<string, string>;
  errors: FieldErrors;
}) {
  return {
    view: 'cards/new-card-link',
    layout: 'office' as const,
    title: 'New link to save a card',
    customer: form.customer,
    accounts: form.accounts.map((one) => optionOf(one, form.usual)),
    choices: CARD_LINK_EXPIRIES.map((value) => ({
      value,
      label: EXPIRY_LABELS[value],
      endsAt: expiresAt(value, form.from),
    })),
    typed: form.typed,
    errors: form.errors,
  } satisfies Page & Record<string, unknown>;
}

/** Cards that end this month or the next; `cards` has one more than a page when there is more. */
export function expiringCardsPage(
  cards: ExpiringCard[],
  { months: [thisMonth], after }: { months: [CardExpiry, CardExpiry]; after: ExpiringCursor | undefined },
) {
  const shown = cards.slice(0, PAGE_SIZE);
  const last = cards.length > PAGE_SIZE ? shown.at(-1) : undefined;
  return {
    view: 'cards/expiring-cards',
    layout: 'office' as const,
    title: 'Cards that expire soon',
    cards: shown.map((card) => ({
      ...card,
      name: cardText(card.brand, card.last4),
      expires: showExpiry(card),
      badge:
        card.expMonth === thisMonth.expMonth
          ? { ...EXPIRY_WORDS['expires-soon'], text: 'This month' }
          : { text: 'Next month', tone: 'muted' },
      account: { ...card.account, name: accountLabel(card.account) },
    })),
    pager: {
      newer: after && paths.expiringCards(),
      older: last && withQuery(paths.expiringCards(), { after: writeExpiringCursor(last) }),
    },
  } satisfies Page & Record<string, unknown>;
}
