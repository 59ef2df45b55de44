import type { Company } from '../company/company.ts';
import type { HostedFields } from '../gateway/gateway.ts';
import { dueOn } from '../links/link.ts';
import { askedFor, isPayersChoice } from '../links/link-terms.ts';
import type { LinkInFull } from '../links/links.store.ts';
import type { Money } from '../money/money.ts';
import { showMoney } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import { agreedTerms } from '../payments/agreed-terms.ts';
import { START_AGAIN_AFTER_MS } from '../payments/refuse-in-flight.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import type { GatewayOrigins } from '../platform/web/headers.ts';
import type { Page } from '../platform/web/render.ts';
import type { Words } from '../words/words.ts';
import type { Document, LivePayment } from './checkout.store.ts';
import { sumShown } from './chosen-sum.ts';

/** What all of a payer's pages are made from. */
export interface Setting {
  token: string;
  found: LinkInFull;
  company: Company;
  words: Words;
  language: string;
  now: Date;
}

/** What the payer is shown now. */
export interface PayerPage {
  page: Page;
  status: number;
  /** The gateway whose script this page loads, where it shows card fields. */
  origins?: GatewayOrigins;
}

/** The page with the form: what is owed, to whom, and the fields of the gateway. */
export function payPage(setting: Setting, documents: Document[], fields: HostedFields) {
  const { token, found, company, language } = setting;
  const words = setting.words.pay;
  const sum = sumAsked(found, fields);
  return {
    view: 'checkout/pay',
    layout: 'pay' as const,
    title: words.payNow(showMoney(sum, language)),
    subtitle: subtitleOf(setting, documents),
    scripts: ['pay.js'],
    words,
    summary: summaryOf(setting, documents, fields),
    choice: choiceOf(setting, fields),
    email: found.customer.email,
    consent: words.consent(company.tradingName),
    onFile: found.link.terms === 'hand_off' && {
      why: words.handedOff(company.tradingName),
      label: words.confirmOnFile,
    },
    own: {
      action: paths.payAccessCode(token),
      title: setting.words.card.ownTitle,
      hint: setting.words.card.ownHint,
      button: setting.words.card.sendCode,
    },
    refunds: company.refundTerms && words.refunds(company.refundTerms),
    fields,
    gatewayScript: fields.scriptUrl,
    client: {
      kind: fields.kind,
      publishableKey: fields.publishableKey,
      units: fields.unitsOf(sum),
      currency: sum.currency.toLowerCase(),
      agreed: agreedTerms(found.payables),
      language,
      attempts: paths.payAttempts(token),
      page: paths.pay(token),
      opened: paths.payOpened(token),
      sum: paths.paySum(token),
    },
  };
}

/** The sums among which the payer chooses, the usual one first; undefined where there is nothing to choose. */
function choiceOf(setting: Setting, fields: HostedFields) {
  const { found, language } = setting;
  const { link, payables } = found;
  const words = setting.words.pay;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency: link.currency }, language);
  const { offeredMinor, range } = askedFor(link, payables, restProblem(found, fields));
  const other = range && range.leastMinor < range.mostMinor ? range : undefined;
  if (offeredMinor.length < 2 && !other) return undefined;
  const dueMinor = dueOn(payables);
  return {
    options: offeredMinor.map((amountMinor) => ({
      value: amountMinor === dueMinor ? 'all' : 'part',
      label: (amountMinor === dueMinor ? words.payAll : words.payDeposit)(show(amountMinor)),
      ...sumShown(setting, fields, amountMinor),
    })),
    bounds: other && words.sumBounds(show(other.leastMinor), show(other.mostMinor)),
  };
}

function restProblem({ link }: Setting['found'], fields: Pick<HostedFields, 'checkAmount'>) {
  return (amountMinor: number) => fields.checkAmount({ amountMinor, currency: link.currency });
}

/** What the page asks for at first, where the payer may choose among several sums. */
export function sumAsked(found: Setting['found'], fields: Pick<HostedFields, 'checkAmount'>): Money {
  const { link, payables } = found;
  const [amountMinor] = askedFor(link, payables, restProblem(found, fields)).offeredMinor;
  return { amountMinor: amountMinor as number, currency: link.currency };
}

/** The sums of the page, also drawn anew when they have changed while it was open. */
function summaryOf(
  { token, found, company, words, language }: Setting,
  documents: Document[],
  fields: Pick<HostedFields, 'checkAmount'>,
) {
  const { currency, terms } = found.link;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency }, language);
  const dueMinor = dueOn(found.payables);
  const askedMinor = isPayersChoice(terms) ? dueMinor : sumAsked(found, fields).amountMinor;
  const creditedMinor = documents.reduce((sum, { payable }) => sum + payable.creditedMinor, 0);
  const paidMinor = documents.reduce((sum, { payable }) => sum + payable.paidMinor, 0) - creditedMinor;
  const single = documents.length === 1 ? documents[0] : undefined;
  return {
    due: show(askedMinor),
    payTo: words.pay.payTo(company.tradingName, found.customer.name),
    lines: single
      ? linesOf(single, words.pay, show)
      : documents.map(({ payable }) => ({ label: nameOf(payable, words.pay), amount: show(payable.dueMinor) })),
    // Several documents stand there with what is still open of each, so their sum is what is due.
    total: show(single ? single.payable.totalMinor : dueMinor),
    stillDue: show(dueMinor),
    paidBefore: single && paidMinor > 0 ? show(-paidMinor) : undefined,
    credited: single && creditedMinor > 0 ? show(-creditedMinor) : undefined,
    paidOfThese: !single && paidMinor > 0 ? words.pay.paidOfThese(show(paidMinor)) : undefined,
    rest: askedMinor < dueMinor ? words.pay.staysDue(show(dueMinor - askedMinor)) : undefined,
    note: single?.note ?? '',
    pdf: paths.paySummaryPdf(token),
  };
}

function linesOf({ payable, lines }: Document, words: Words['pay'], show: (amountMinor: number) => string) {
  if (lines.length === 0) return [{ label: nameOf(payable, words), amount: show(payable.totalMinor) }];
  return lines.map((line) => ({
    label: line.quantity && line.quantity !== '1' ? `${line.description} × ${line.quantity}` : line.description,
    amount: show(line.amountMinor),
  }));
}

export function nameOf(payable: { kind: 'invoice' | 'deposit'; number: string }, words: Words['pay']): string {
  return payable.kind === 'invoice' ? words.invoice(payable.number) : words.deposit(payable.number);
}

function subtitleOf({ company, words, language }: Setting, documents: Document[]): string {
  const [first] = documents;
  if (!first || documents.length > 1) return words.pay.documents(documents.length);
  const name = nameOf(first.payable, words.pay);
  return first.dueOn ? `${name} · ${words.pay.due(showDate(first.dueOn, company.timeZone, language))}` : name;
}

/** Somebody is paying just now: this page turns into whatever comes of it. */
export function waitingPage(setting: Setting, live: LivePayment, documents: Document[], fields: HostedFields) {
  const { token, found, company, language, now } = setting;
  const words = setting.words.pay;
  const ageMs = live.inFlightSince ? now.getTime() - Date.parse(live.inFlightSince) : 0;
  const challenged = live.state === 'challenged';
  return {
    view: 'checkout/waiting',
    layout: 'pay' as const,
    title: words.waitingTitle,
    subtitle: subtitleOf(setting, documents),
    refresh: 5,
    scripts: ['pay.js'],
    words,
    state: live.state,
    text: challenged ? words.waitingForBank : words.waiting,
    since: live.inFlightSince
      ? words.waitingSince(showDateTime(live.inFlightSince, company.timeZone, language))
      : undefined,
    mayStartAgain: ageMs >= START_AGAIN_AFTER_MS,
    startAgain: paths.payStartAgain(token),
    status: paths.payStatus(token),
    page: paths.pay(token),
    /** Only the link that began a challenge may go on with it. */
    challenge:
      challenged && live.linkId === found.link.id && live.submissionId
        ? paths.payAttempt(token, live.submissionId)
        : undefined,
    fields,
    gatewayScript: fields.scriptUrl,
    language,
  };
}

/** Nothing is due any more, and the receipt is not this link's to show. */
export function settledPage(setting: Setting) {
  const { found, company, language } = setting;
  const words = setting.words.pay;
  // A replaced link ended when the newer one was made, which is not when the debt was settled.
  const on = found.link.endedAs === 'replaced' ? undefined : found.link.endedAt;
  return {
    ...plain(words.settledTitle),
    words,
    heading: words.settledTitle,
    text: words.settled,
    more: on ? words.settledOn(showDate(on, company.timeZone, language)) : undefined,
    tick: true,
  };
}

/** Expired, withdrawn or replaced: which it is, and how to get on. */
export function endedPage(setting: Setting, state: 'expired' | 'revoked' | 'replaced', done?: 'asked' | 'mailed') {
  const { token, found, company, language } = setting;
  const words = setting.words.pay;
  const name = company.tradingName;
  const until = showDateTime(found.link.expiresAt, company.timeZone, language);
  const said = {
    expired: { heading: words.expiredTitle, text: words.expired(until) },
    revoked: { heading: words.revokedTitle, text: words.revoked(name) },
    replaced: { heading: words.replacedTitle, text: words.replaced(name) },
  }[state];
  return {
    view: 'checkout/ended',
    layout: 'pay' as const,
    title: said.heading,
    ...said,
    words,
    replaced: state === 'replaced',
    action: paths.payNewLink(token),
    done: done && (done === 'asked' ? words.asked(name) : words.newerMailed),
  };
}

/** What was begun in the office was given up: nothing can be confirmed any more. */
export function overPage(setting: Setting) {
  const words = setting.words.pay;
  return { ...endedPage(setting, 'expired'), title: words.overTitle, heading: words.overTitle, text: words.over };
}

/** The account behind the link cannot take cards just now. */
export function pausedPage({ words, company }: Setting) {
  return {
    ...plain(words.pay.offTitle),
    words: words.pay,
    heading: words.pay.offTitle,
    text: words.pay.off(company.tradingName),
    more: undefined,
    tick: false,
  };
}

function plain(title: string): Page {
  return { view: 'checkout/notice', layout: 'pay', title };
}

/** Said when what is due is no longer what the payer saw. */
export function changedText({ found, language, words }: Setting): string {
  const { payables, link } = found;
  return words.pay.changed(showMoney({ amountMinor: dueOn(payables), currency: link.currency }, language));
}
