import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { showDate } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import { AGES, ageOf, type Movement, type StatementContent, type StatementSection } from './statement.ts';

export type StatementView = ReturnType<typeof statementView>;

/** A statement in the words of its reader: what its pages and its PDF show alike. */
export function statementView(content: StatementContent) {
  const { customer, company } = content;
  const { language } = customer;
  const words = wordsFor(language).statement;
  const day = (on: string) => showDate(on, company.timeZone, language);
  const to = day(content.to);
  return {
    language,
    title: words.title,
    /** The last day. */
    until: to,
    period: words.period(day(content.from), to),
    intro: words.intro(company.tradingName, customer.name),
    balanceLabel: words.balanceOn(to),
    balances: content.sections.map(({ currency, closingMinor }) =>
      showMoneyWithCode({ amountMinor: closingMinor, currency }, language),
    ),
    nothing: words.nothing,
    facts: [
      { label: words.facts.customer, value: customer.name },
      { label: words.facts.customerNumber, value: customer.number },
      { label: words.facts.address, value: customer.address.split('\n').filter(Boolean).join(', ') },
      { label: words.facts.period, value: words.period(day(content.from), to) },
      { label: words.facts.taxId, value: company.taxId },
    ].filter(({ value }) => value !== ''),
    sections: content.sections.map((section) => sectionShown(section, language, { day, to })),
    notes: words.notes,
    seller: {
      heading: words.from,
      name: company.tradingName,
      lines: company.address.split('\n').filter(Boolean),
      website: company.website,
    },
    contact: [company.supportEmail, company.supportPhone].filter(Boolean),
    download: words.download,
    page: words.page,
  };
}

function sectionShown(
  section: StatementSection,
  language: string,
  { day, to }: { day: (on: string) => string; to: string },
) {
  const words = wordsFor(language).statement;
  const { currency, openItems, heldMinor } = section;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency }, language);
  const openMinor = openItems.reduce((sum, item) => sum + item.openMinor, 0);
  return {
    currency,
    heading: words.movements(currency),
    columns: words.columns,
    opening: { label: words.opening, balance: show(section.openingMinor) },
    movements: section.movements.map((movement) => ({
      date: day(movement.on),
      what: whatMoved(movement, language, show),
      charged: movement.amountMinor > 0 ? show(movement.amountMinor) : '',
      credited: movement.amountMinor < 0 ? show(-movement.amountMinor) : '',
      balance: show(movement.balanceMinor),
    })),
    none: words.none,
    closing: { label: words.closing, balance: show(section.closingMinor) },
    open: {
      heading: words.open.heading(currency, to),
      columns: words.open.columns,
      items: openItems.map((item) => ({
        number: item.number,
        issued: day(item.issuedOn),
        due: day(item.dueOn),
        age: words.ages[ageOf(item.daysOverdue)],
        amount: show(item.openMinor),
      })),
      none: words.open.none,
      sum: { label: words.open.sum, amount: show(openMinor) },
      held: heldMinor === 0 ? undefined : { label: words.open.held, amount: show(heldMinor) },
    },
    ages: {
      heading: words.ages.heading(currency),
      columns: words.ages.columns,
      rows: AGES.map((age) => ({
        label: words.ages[age],
        amount: show(openItems.reduce((sum, item) => sum + (ageOf(item.daysOverdue) === age ? item.openMinor : 0), 0)),
      })),
    },
  };
}

function whatMoved(movement: Movement, language: string, show: (amountMinor: number) => string): string {
  const words = wordsFor(language).statement;
  const what = words.what[movement.kind](movement.numbers.join(', '));
  // As on the receipt itself.
  const receipt = movement.receipt && `R-${String(movement.receipt).padStart(6, '0')}`;
  const named = receipt ? words.withReceipt(what, receipt) : what;
  return movement.movedMinor > 0 ? words.withSum(named, show(movement.movedMinor)) : named;
}
