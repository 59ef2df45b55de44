import type { Account } from '../accounts/account.ts';
import type { Company } from '../company/company.ts';
import type { Customer } from '../customers/customer.ts';
import { type CardExpiry, EXPIRY_WORDS, showExpiry } from '../gateway/card-expiry.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { expiresAt } from '../links/link-expiry.ts';
import { paths } from '../paths.ts';
import { PAGE_SIZE } from '../platform/keyset.ts';
import type { FieldErrors } from '../platform/refusal.ts';
import { withQuery } from '../platform/web/query.ts';
import type { Page } from '../platform/web/render.ts';
import { cardText } from '../words/card-brand.ts';
import { wordsFor } from '../words/words.ts';
import type { ExpiringCard } from './cards.store.ts';
import { type ExpiringCursor, writeExpiringCursor } from './expiring.ts';

/** How long a link to save a card may live; 14 days when nobody chooses. */
export const CARD_LINK_EXPIRIES = ['24h', '7d', '14d', '30d', '90d'] as const;
const EXPIRY_LABELS: Record<(typeof CARD_LINK_EXPIRIES)[number], string> = {
  '24h': '24 hours',
  '7d': '7 days',
  '14d': '14 days',
  '30d': '30 days',
  '90d': '90 days',
};

const accountName = ({ name, livemode }: Pick<Account, 'name' | 'livemode'>) => `${name}${livemode ? '' : ' (test)'}`;
const optionOf = (account: Account, usual: string | undefined) => ({
  value: account.id,
  label: `${accountName(account)}${account.id === usual ? ', default' : ''}`,
});

/** What a person of the staff confirms when a customer agrees by phone: the customer's own words, and whose they are. */
export function phoneConsent({ tradingName }: Pick<Company, 'tradingName'>, { name, language }: Customer): string {
  return `By phone, ${name} agreed to this: “${wordsFor(language).pay.consent(tradingName)}”`;
}

/** A card that a customer tells by phone. */
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
    account: account && { id: account.id, name: accountName(account) },
    consent: phoneConsent(company, customer),
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
      account: { ...card.account, name: accountName(card.account) },
    })),
    pager: {
      newer: after && paths.expiringCards(),
      older: last && withQuery(paths.expiringCards(), { after: writeExpiringCursor(last) }),
    },
  } satisfies Page & Record<string, unknown>;
}
