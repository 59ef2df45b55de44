import type { LetterDraft, Sender } from '../mail/letter.ts';
import { type LetterTemplate, renderTemplate } from '../mail/letter-template.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { showDate } from '../platform/show-time.ts';
import { plainLine } from '../platform/text-key.ts';
import { brandName } from '../words/card-brand.ts';
import { wordsFor } from '../words/words.ts';
import { type ReceiptContent, receiptAmount, receiptKind, receiptNumber } from './receipt.ts';

export interface ReceiptToSend {
  id: string;
  number: number;
  customerId: string;
  content: ReceiptContent;
  /** The customer's own address of the receipt page. */
  url: string;
}

/** The letter that hands a receipt out; the key says which sending it is, so that a repeat is no second letter. */
export function receiptLetter(
  receipt: ReceiptToSend,
  sending: {
    key: string;
    to: string[];
    sender: Sender;
    createdBy?: string | undefined;
    /** The company's own words, in place of the catalogue's. */
    template?: LetterTemplate | undefined;
  },
): LetterDraft {
  const { content } = receipt;
  const words = wordsFor(content.language).receipt;
  const kind = receiptKind(content);
  const money = (amountMinor: number) =>
    showMoneyWithCode({ amountMinor, currency: content.currency }, content.language);
  const amount = showMoneyWithCode(receiptAmount(content), content.language);
  const company = content.company.tradingName;
  const customer = plainLine(content.customer.name);
  const own =
    sending.template &&
    renderTemplate(sending.template, {
      customer,
      company,
      documents: content.lines.map((line) => line.number).join(', ') || receiptNumber(receipt.number),
      amount,
      receipt: receiptNumber(receipt.number),
      paid_on: showDate(content.paidAt, content.timeZone, content.language),
    });
  return {
    key: sending.key,
    kind: 'receipt',
    to: sending.to,
    language: content.language,
    sender: sending.sender,
    subject: own?.subject ?? words.letter.subject(receiptNumber(receipt.number), company),
    body: {
      heading: words.letter.heading[kind],
      paragraphs: [
        ...(content.testMode ? [words.test] : []),
        ...(own?.paragraphs ?? [words.letter.received(amount, company), words.letter.keep]),
      ],
      facts: [
        { label: words.facts.amount, value: amount, strong: true },
        { label: words.facts.number, value: receiptNumber(receipt.number) },
        { label: words.facts.paidOn, value: showDate(content.paidAt, content.timeZone, content.language) },
        { label: words.facts.method, value: methodText(content) },
        ...content.lines.map((line) => ({
          label: words.document[line.kind](line.number),
          value: money(line.paidNowMinor),
        })),
        ...(content.excessMinor > 0 ? [{ label: words.excess, value: money(content.excessMinor) }] : []),
        { label: words.facts.customer, value: `${customer} (${content.customer.number})` },
      ],
      action: { label: words.letter.open, url: receipt.url },
      closing: content.company.refundTerms ? [words.letter.refunds(content.company.refundTerms)] : [],
    },
    customerId: receipt.customerId,
    subjectId: receipt.id,
    createdBy: sending.createdBy,
  };
}

/** How it was paid, in the reader's words: "Visa ending in 4242", "Bank transfer". */
export function methodText(content: Pick<ReceiptContent, 'method' | 'card' | 'language'>): string {
  const words = wordsFor(content.language).receipt;
  return content.card ? words.card(brandName(content.card.brand), content.card.last4) : words.methods[content.method];
}
