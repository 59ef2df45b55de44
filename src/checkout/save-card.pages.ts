import type { CardSetup } from '../cards/card-setup.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { paths } from '../paths.ts';
import { START_AGAIN_AFTER_MS } from '../payments/refuse-in-flight.ts';
import { showDateTime } from '../platform/show-time.ts';
import type { Setting } from './checkout.pages.ts';

/** The page with the form: who asks for a card, what one agrees to, and the fields of the gateway; no amount. */
export function saveCardFormPage({ token, found, company, words, language }: Setting, fields: HostedFields) {
  return {
    view: 'checkout/save-card',
    layout: 'pay' as const,
    title: words.card.title,
    scripts: ['save-card.js'],
    words: words.card,
    pay: words.pay,
    asks: words.card.asks(company.tradingName, found.customer.name),
    consent: words.pay.consent(company.tradingName),
    gatewayScript: fields.scriptUrl,
    client: {
      kind: fields.kind,
      publishableKey: fields.publishableKey,
      language,
      email: found.customer.email,
      setups: paths.payCardSetups(token),
      page: paths.pay(token),
    },
  };
}

/** A bank that asks may be left at once; an outcome that is not known is waited for, for a while. */
export function mayStartCardAgain({ state, createdAt }: Pick<CardSetup, 'state' | 'createdAt'>, now: Date): boolean {
  return state === 'challenged' || now.getTime() - Date.parse(createdAt) >= START_AGAIN_AFTER_MS;
}

/** A card is being saved just now: this page turns into whatever comes of it. */
export function savingPage(setting: Setting, setup: CardSetup, fields: HostedFields) {
  const { token, company, words, language, now } = setting;
  const challenged = setup.state === 'challenged';
  const attempt = paths.payCardSetup(token, setup.submissionId);
  return {
    view: 'checkout/waiting',
    layout: 'pay' as const,
    title: words.card.waitingTitle,
    refresh: 5,
    scripts: ['pay.js'],
    words: { ...words.pay, startAgainHint: words.card.startAgainHint },
    /** As the answer about the try says it, so that the page sees when it changes. */
    state: challenged ? 'challenge' : 'waiting',
    text: challenged ? words.card.waitingForBank : words.card.waiting,
    since: words.pay.waitingSince(showDateTime(setup.createdAt, company.timeZone, language)),
    mayStartAgain: mayStartCardAgain(setup, now),
    startAgain: paths.payStartAgain(token),
    status: attempt,
    page: paths.pay(token),
    challenge: challenged ? attempt : undefined,
    fields,
    gatewayScript: fields.scriptUrl,
    language,
  };
}

/** The card is saved. Which one it is, the link alone does not tell. */
export function cardSavedPage({ words, company }: Setting, state: 'used' | 'closed') {
  const heading = state === 'used' ? words.card.savedTitle : words.card.closedTitle;
  return {
    view: 'checkout/notice',
    layout: 'pay' as const,
    title: heading,
    words: words.pay,
    heading,
    text: (state === 'used' ? words.card.saved : words.card.closed)(company.tradingName),
    more: undefined,
    tick: state === 'used',
  };
}
