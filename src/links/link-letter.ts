import type { Company } from '../company/company.ts';
import type { LetterBody } from '../mail/letter.ts';
import { type LetterTemplate, renderTemplate } from '../mail/letter-template.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { type Words, wordsFor } from '../words/words.ts';
import { dueOn, type Link } from './link.ts';
import { type AskedFor, askedFor, isPayersChoice } from './link-terms.ts';
import type { LinkInFull } from './links.store.ts';

export interface LinkLetterFacts extends LinkInFull {
  company: Company;
  url: string;
  /** When its invoices are due, the first day first (yyyy-mm-dd); none for deposits. */
  dueDays: readonly string[];
  /** What the sender typed; empty for none. */
  note: string;
  /** Sent because somebody opened the link before it. */
  replaces: boolean;
  /** The company's own words, in place of the catalogue's. */
  template?: LetterTemplate | undefined;
}

type Show = (amountMinor: number) => string;

/** What a letter with a link says, in the customer's language; sums and days as they are now. */
export function linkLetter(facts: LinkLetterFacts): { subject: string; body: LetterBody } {
  if (facts.link.kind === 'save_card') return saveCardLetter(facts);
  const { link, customer, company, url } = facts;
  const { language } = customer;
  const words = wordsFor(language).link;
  const { tradingName } = company;
  // What was paid elsewhere is asked for no more.
  const payables = facts.payables.filter((payable) => payable.dueMinor > 0);
  const numbers = payables.map((payable) => payable.number).join(', ');
  const kind = kindOf(payables);
  const asks = { invoice: words.askInvoice, deposit: words.askDeposit, several: words.askSeveral };
  const handedOff = link.terms === 'hand_off';
  const ask = (handedOff ? words.askHandOff : asks[kind])(tradingName);
  const { amount, facts: sums, action } = askShown({ link, payables }, language);
  const dueDay = daysShown(facts.dueDays, company, language);
  const validUntil = `${showDateTime(link.expiresAt, company.timeZone, language)} (${company.timeZone})`;
  // Own words ask for money; who is handed a payment has only the bank's question to answer.
  const template = handedOff ? undefined : facts.template;
  const own =
    template &&
    renderTemplate(template, {
      customer: customer.name,
      company: tradingName,
      documents: numbers,
      amount,
      due_date: dueDay || showDate(link.expiresAt, company.timeZone, language),
      valid_until: validUntil,
    });
  return {
    subject: own?.subject ?? subjectOf(facts.replaces, handedOff, words)(tradingName, numbers),
    body: {
      heading: words.heading(numbers),
      paragraphs: own?.paragraphs ?? [
        words.greeting(customer.name),
        ...(facts.replaces ? [words.replacedIntro] : []),
        ask,
      ],
      facts: [
        ...sums,
        ...(dueDay ? [{ label: words.dueOn, value: dueDay }] : []),
        { label: words.payee, value: tradingName },
        { label: words.validUntil, value: validUntil },
      ],
      action: { label: action, url },
      ...(facts.note ? { note: { label: words.noteLabel(tradingName), text: facts.note } } : {}),
      closing: [words.howToCheck(tradingName, new URL(url).host), words.sharing],
    },
  };
}

/** From the first to the last day, so that what is overdue is not said to be due with the latest; empty for no day. */
function daysShown(days: readonly string[], { timeZone }: Company, language: string): string {
  const ends = days.length > 1 ? [days[0], days.at(-1)] : days;
  return ends.map((day) => showDate(day ?? '', timeZone, language)).join(' – ');
}

/**
 * How a letter shows what the page of a link asks for: the usual sum, the facts on sums and documents, and the words of
 * the button. `payables` are those on which something is due; `restProblem` is as for askedFor.
 */
export function askShown(
  ask: Pick<LinkInFull, 'link' | 'payables'>,
  language: string,
  restProblem?: (restMinor: number) => string | undefined,
): { amount: string; facts: NonNullable<LetterBody['facts']>; action: string } {
  const { link, payables } = ask;
  const words = wordsFor(language).link;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: link.currency }, language);
  const asked = askedFor(link, payables, restProblem);
  const amount = show(asked.offeredMinor[0] ?? 0);
  const documents = payables.map(({ number, dueMinor }) =>
    payables.length > 1 ? `${number} (${show(dueMinor)})` : number,
  );
  return {
    amount,
    facts: [
      ...sumFacts(asked, dueOn(payables), words, show),
      { label: words.documents(kindOf(payables)), value: documents.join(', ') },
    ],
    action: actionOf(link.terms, words)(amount),
  };
}

function kindOf(payables: readonly Payable[]): 'invoice' | 'deposit' | 'several' {
  return payables.length === 1 ? (payables[0]?.kind ?? 'invoice') : 'several';
}

function subjectOf(replaces: boolean, handedOff: boolean, words: Words['link']) {
  if (replaces) return words.replacedSubject;
  return handedOff ? words.handOffSubject : words.subject;
}

function actionOf(terms: Link['terms'], words: Words['link']): (amount: string) => string {
  if (terms === 'hand_off') return words.handOffAction;
  return isPayersChoice(terms) ? () => words.actionChoose : words.action;
}

/** The same for a link that asks for a card and no money. */
function saveCardLetter(facts: LinkLetterFacts): { subject: string; body: LetterBody } {
  const { link, customer, company, url } = facts;
  const { language } = customer;
  const words = wordsFor(language).link;
  const { tradingName } = company;
  return {
    subject: words.saveCardSubject(tradingName),
    body: {
      heading: words.saveCardHeading,
      paragraphs: [
        words.greeting(customer.name),
        ...(facts.replaces ? [words.replacedIntro] : []),
        words.askSaveCard(tradingName),
      ],
      facts: [
        { label: words.cardKeptFor, value: tradingName },
        {
          label: words.validUntil,
          value: `${showDateTime(link.expiresAt, company.timeZone, language)} (${company.timeZone})`,
        },
      ],
      action: { label: words.saveCardAction, url },
      ...(facts.note ? { note: { label: words.noteLabel(tradingName), text: facts.note } } : {}),
      closing: [words.saveCardHowToCheck(tradingName, new URL(url).host), words.saveCardSharing],
    },
  };
}

/** What is due, and what the payer may pay instead. */
function sumFacts({ offeredMinor, range }: AskedFor, dueMinor: number, words: Words['link'], show: Show) {
  const [usualMinor = 0] = offeredMinor;
  const all = { label: words.amountDue, value: show(dueMinor), strong: true };
  if (range && range.leastMinor < dueMinor) return [all, { label: words.orFrom, value: show(range.leastMinor) }];
  if (offeredMinor.length > 1) return [all, { label: words.orDeposit, value: show(usualMinor) }];
  if (usualMinor === dueMinor) return [all];
  const asked = { label: words.amountAsked, value: show(usualMinor), strong: true };
  return [asked, { label: words.inAll, value: show(dueMinor) }];
}
