import type { Company } from '../company/company.ts';
import type { Link } from '../links/link.ts';
import { askShown } from '../links/link-letter.ts';
import type { LetterBody } from '../mail/letter.ts';
import { type LetterTemplate, renderTemplate } from '../mail/letter-template.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import type { Payable } from '../payables/payable.ts';
import { showDate, showDateTime } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import { type Claim, type Tone, toneOf } from './reminder.ts';

/** An invoice in a letter, with the link that its button opens. */
export interface RemindedClaim extends Pick<Claim, 'payable' | 'dueOn'> {
  link: Link;
  url: string;
  /** All on which something is due through the link, the invoice among them; in the link's order. */
  payables: Payable[];
  /** Why the link's account could not take a rest (whole minor units) later, as a sentence. */
  restProblem(restMinor: number): string | undefined;
}

export interface ReminderFacts {
  customer: { name: string; language: string };
  company: Company;
  /** By due date, the earliest first; at least one. */
  claims: RemindedClaim[];
  /** yyyy-mm-dd in the company's zone. */
  today: string;
  /** No real money moves. */
  testMode: boolean;
  /** The company's own words for this tone, in place of the catalogue's. */
  template: LetterTemplate | undefined;
}

const MOST_NUMBERS = 3;

/** How a letter speaks: of what is overdue if anything is, else of what is due today, else of what will be. */
export function letterTone(claims: ReadonlyArray<Pick<Claim, 'dueOn'>>, today: string): Tone {
  const tones = claims.map((claim) => toneOf(claim.dueOn, today));
  return (['overdue', 'today'] as const).find((tone) => tones.includes(tone)) ?? 'before';
}

/**
 * What a reminder says, in the customer's language: one button for one invoice, else each with its own link. The text
 * and the list say what is due; a button promises what its page asks for, which may be a part or more documents.
 */
export function reminderLetter(facts: ReminderFacts): { subject: string; body: LetterBody } {
  const { customer, company, claims, today } = facts;
  const { language } = customer;
  const words = wordsFor(language).reminder;
  const tone = letterTone(claims, today);
  const spokenOf = claims.filter((claim) => toneOf(claim.dueOn, today) === tone);
  const numbers = numbersOf(
    spokenOf.map((claim) => claim.payable),
    words.more,
  );
  const amount = sumsOf(spokenOf, language);
  const dueDate = showDate(spokenOf[0]?.dueOn ?? today, company.timeZone, language);
  const values = {
    customer: customer.name,
    company: company.tradingName,
    documents: numbers,
    amount,
    due_date: dueDate,
  };
  const own = facts.template && renderTemplate(facts.template, values);
  const host = new URL(claims[0]?.url ?? '').host;
  return {
    subject: own?.subject ?? words.subject[tone](company.tradingName, numbers, dueDate),
    body: {
      heading: words.heading[tone],
      paragraphs: [
        ...(facts.testMode ? [words.test] : []),
        ...(own?.paragraphs ?? [
          words.greeting(customer.name),
          ...words.text[tone](company.tradingName, amount, dueDate),
        ]),
        ...(spokenOf.length < claims.length ? [words.dueNext] : []),
      ],
      ...whatToPay(facts),
      closing: [words.stop, wordsFor(language).link.howToCheck(company.tradingName, host)],
    },
  };
}

function whatToPay({
  claims,
  company,
  customer,
  today,
}: ReminderFacts): Pick<LetterBody, 'facts' | 'action' | 'items'> {
  const { language } = customer;
  const { reminder: words, link } = wordsFor(language);
  const date = (day: string) => showDate(day, company.timeZone, language);
  const until = (iso: string) => `${showDateTime(iso, company.timeZone, language)} (${company.timeZone})`;
  const [only] = claims;
  if (claims.length === 1 && only) {
    const shown = askShown(only, language, only.restProblem);
    return {
      facts: [
        ...shown.facts,
        { label: link.dueOn, value: date(only.dueOn) },
        { label: link.payee, value: company.tradingName },
        { label: link.validUntil, value: until(only.link.expiresAt) },
      ],
      action: { label: shown.action, url: only.url },
    };
  }
  return {
    items: claims.map((claim) => ({
      title: words.document(claim.payable.number, sumsOf([claim], language)),
      detail: `${words.due[toneOf(claim.dueOn, today)](date(claim.dueOn))}. ${link.validUntil} ${until(claim.link.expiresAt)}.`,
      label: buttonOf(claim, language),
      url: claim.url,
    })),
  };
}

function buttonOf({ link, payable, payables, restProblem }: RemindedClaim, language: string): string {
  const { reminder: words } = wordsFor(language);
  if (link.terms === 'full' && payables.length === 1) return words.pay(payable.number);
  return words.offer(askShown({ link, payables }, language, restProblem).action, numbersOf(payables, words.more));
}

function numbersOf(payables: Payable[], more: (count: number) => string): string {
  const numbers = payables.slice(0, MOST_NUMBERS).map((payable) => payable.number);
  const rest = payables.length - numbers.length;
  return [...numbers, ...(rest > 0 ? [more(rest)] : [])].join(', ');
}

/** What is due on them, added up by currency: "€1,250.00 EUR and CHF 80.00". */
function sumsOf(claims: RemindedClaim[], language: string): string {
  const sums = new Map<string, number>();
  for (const { payable } of claims) {
    sums.set(payable.currency, (sums.get(payable.currency) ?? 0) + payable.dueMinor);
  }
  const texts = [...sums].map(([currency, amountMinor]) => showMoneyWithCode({ amountMinor, currency }, language));
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(texts);
}
