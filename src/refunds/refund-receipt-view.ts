import { contactShown, sellerShown } from '../company/letterhead.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { showDate } from '../platform/show-time.ts';
import { brandName } from '../words/card-brand.ts';
import { wordsFor } from '../words/words.ts';
import { refundNumber } from './refund.ts';
import type { RefundReceipt, RefundReceiptContent } from './refund-receipt.ts';

/** The receipt of a refund in the words of its reader: what the page and the PDF show alike. */
export function refundReceiptView(receipt: RefundReceipt) {
  const { content, returnedAt } = receipt;
  const words = wordsFor(content.language).refund;
  const { company } = content;
  return {
    language: content.language,
    title: words.title,
    number: refundNumber(receipt.number),
    what: words.what(company.tradingName),
    test: content.testMode ? words.test : undefined,
    returned: returnedAt && words.returned(showDate(returnedAt, content.timeZone, content.language)),
    amountLabel: words.amountLabel,
    amount: showMoneyWithCode(content, content.language),
    takesDays: content.card && !returnedAt ? words.cardTakesDays : undefined,
    outcomes: outcomesOf(content),
    facts: refundFacts(receipt),
    // A long name for machines, which stands below the rest in small print.
    reference: content.gatewayRef ? { label: words.facts.gatewayReference, value: content.gatewayRef } : undefined,
    lines: {
      heading: words.lines.heading,
      columns: words.lines,
      rows: content.lines.map((line) => ({
        document: words.documents[line.kind](line.number),
        amount: showMoney({ amountMinor: line.amountMinor, currency: content.currency }, content.language),
        creditNote: line.creditNote ?? '',
      })),
    },
    seller: sellerShown(company, content.language, { seller: words.seller, taxId: words.facts.taxId }),
    contact: contactShown(company, words.contact),
    download: words.download,
    page: words.page,
  };
}

/** What identifies the refund, for its receipt and its letter. */
export function refundFacts({ number, content }: Pick<RefundReceipt, 'number' | 'content'>) {
  const words = wordsFor(content.language).refund;
  const { facts } = words;
  return [
    { label: facts.number, value: refundNumber(number) },
    { label: facts.date, value: showDate(content.issuedAt, content.timeZone, content.language) },
    {
      label: facts.method,
      value: content.card
        ? words.card(brandName(content.card.brand), content.card.last4)
        : words.methods[content.method],
    },
    { label: facts.reference, value: content.reference },
    { label: facts.receipts, value: content.receipts.join(', ') },
    { label: facts.reason, value: words.reasons[content.reasonKind] },
    { label: facts.customer, value: `${content.customer.name} (${content.customer.number})` },
  ].filter(({ value }) => value !== '');
}

/** What becomes of each invoice, a sentence for each. */
export function outcomesOf({ lines, currency, language }: RefundReceiptContent): string[] {
  const { outcomes } = wordsFor(language).refund;
  return lines.flatMap(({ number, amountMinor, outcome, creditNote }) => {
    const amount = showMoneyWithCode({ amountMinor, currency }, language);
    if (outcome === 'owed-again') return [outcomes['owed-again'](number, amount)];
    return outcome === 'claim-reduced' ? [outcomes['claim-reduced'](number, amount, creditNote ?? '')] : [];
  });
}
