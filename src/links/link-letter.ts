import type { Company } from '../company/company.ts';
import type { LetterBody } from '../mail/letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { type Words, wordsFor } from '../words/words.ts';
import { dueOn } from './link.ts';
import { askedFor, isPayersChoice } from './link-terms.ts';
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
}

type Show = (amountMinor: number) => string;

/** What a letter with a payment link says, in the customer's language; sums and days as they are now. */
export function linkLetter(facts: LinkLetterFacts): { subject: string; body: LetterBody } {
  const { link, customer, company, url } = facts;
  const { language } = customer;
  const words = wordsFor(language).link;
  const { tradingName } = company;
  const show = (amountMinor: number) => showMoneyWithCode({ amountMinor, currency: link.currency }, language);
  // What was paid elsewhere is asked for no more.
  const payables = facts.payables.filter((payable) => payable.dueMinor > 0);
  const numbers = payables.map((payable) => payable.number).join(', ');
  const kind = payables.length === 1 ? (payables[0]?.kind ?? 'invoice') : 'several';
  const asks = { invoice: words.askInvoice, deposit: words.askDeposit, several: words.askSeveral };
  const ask = (link.terms === 'hand_off' ? words.askHandOff : asks[kind])(tradingName);
  const [amountMinor = 0] = askedFor(link, payables).offeredMinor;
  return {
    subject: (facts.replaces ? words.replacedSubject : words.subject)(tradingName, numbers),
    body: {
      heading: words.heading(numbers),
      paragraphs: [words.greeting(customer.name), ...(facts.replaces ? [words.replacedIntro] : []), ask],
      facts: [
        ...sumFacts({ link, payables }, words, show),
        {
          label: words.documents(kind),
          value:
            payables.length > 1 ? payables.map((one) => `${one.number} (${show(one.dueMinor)})`).join(', ') : numbers,
        },
        ...(facts.dueDay ? [{ label: words.dueOn, value: showDate(facts.dueDay, company.timeZone, language) }] : []),
        { label: words.payee, value: tradingName },
        {
          label: words.validUntil,
          value: `${showDateTime(link.expiresAt, company.timeZone, language)} (${company.timeZone})`,
        },
      ],
      action: { label: isPayersChoice(link.terms) ? words.actionChoose : words.action(show(amountMinor)), url },
      ...(facts.note ? { note: { label: words.noteLabel(tradingName), text: facts.note } } : {}),
      closing: [words.howToCheck(tradingName, new URL(url).host), words.sharing],
    },
  };
}

/** What is due, and what the payer may pay instead. */
function sumFacts({ link, payables }: Pick<LinkLetterFacts, 'link' | 'payables'>, words: Words['link'], show: Show) {
  const { offeredMinor, range } = askedFor(link, payables);
  const dueMinor = dueOn(payables);
  const [usualMinor = 0] = offeredMinor;
  const all = { label: words.amountDue, value: show(dueMinor), strong: true };
  if (range && range.leastMinor < dueMinor) return [all, { label: words.orFrom, value: show(range.leastMinor) }];
  if (offeredMinor.length > 1) return [all, { label: words.orDeposit, value: show(usualMinor) }];
  if (usualMinor === dueMinor) return [all];
  const asked = { label: words.amountAsked, value: show(usualMinor), strong: true };
  return [asked, { label: words.inAll, value: show(dueMinor) }];
}
