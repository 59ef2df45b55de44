import type { Company } from '../company/company.ts';
import type { LetterBody } from '../mail/letter.ts';
import { type LetterTemplate, renderTemplate } from '../mail/letter-template.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import { dueOn } from './link.ts';
import type { LinkInFull } from './links.store.ts';

export interface LinkLetterFacts extends LinkInFull {
  company: Company;
  url: string;
  /** yyyy-mm-dd; undefined for deposits. */
  dueDay: string | undefined;
  /** What the sender typed; empty for none. */
  note: string;
  /** Sent because somebody opened the link before it. */
  replaces: boolean;
  /** The company's own words, in place of the catalogue's. */
  template?: LetterTemplate | undefined;
}

/** What a letter with a payment link says, in the customer's language; sums and days as they are now. */
export function linkLetter(facts: LinkLetterFacts): { subject: string; body: LetterBody } {
  const { link, payables, customer, company, url } = facts;
  const { language } = customer;
  const words = wordsFor(language).link;
  const { tradingName } = company;
  const numbers = payables.map((payable) => payable.number).join(', ');
  const amount = showMoneyWithCode({ amountMinor: dueOn(payables), currency: link.currency }, language);
  const kind = payables.length === 1 ? (payables[0]?.kind ?? 'invoice') : 'several';
  const ask = { invoice: words.askInvoice, deposit: words.askDeposit, several: words.askSeveral }[kind](tradingName);
  const dueDay = facts.dueDay && showDate(facts.dueDay, company.timeZone, language);
  const validUntil = `${showDateTime(link.expiresAt, company.timeZone, language)} (${company.timeZone})`;
  const own =
    facts.template &&
    renderTemplate(facts.template, {
      customer: customer.name,
      company: tradingName,
      documents: numbers,
      amount,
      due_date: dueDay || showDate(link.expiresAt, company.timeZone, language),
      valid_until: validUntil,
    });
  return {
    subject: own?.subject ?? (facts.replaces ? words.replacedSubject : words.subject)(tradingName, numbers),
    body: {
      heading: words.heading(numbers),
      paragraphs: own?.paragraphs ?? [
        words.greeting(customer.name),
        ...(facts.replaces ? [words.replacedIntro] : []),
        ask,
      ],
      facts: [
        { label: words.amountDue, value: amount, strong: true },
        { label: words.documents(kind), value: numbers },
        ...(dueDay ? [{ label: words.dueOn, value: dueDay }] : []),
        { label: words.payee, value: tradingName },
        { label: words.validUntil, value: validUntil },
      ],
      action: { label: words.action(amount), url },
      ...(facts.note ? { note: { label: words.noteLabel(tradingName), text: facts.note } } : {}),
      closing: [words.howToCheck(tradingName, new URL(url).host), words.sharing],
    },
  };
}
