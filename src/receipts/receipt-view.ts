import { contactShown, sellerShown } from '../company/letterhead.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { showDate } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import {
  type GivenBack,
  type ReceiptContent,
  receiptAccount,
  receiptAmount,
  receiptKind,
  receiptNumber,
} from './receipt.ts';
import { methodText } from './receipt-letter.ts';

/** A receipt in the words of its reader: what the page, the PDF and the office show alike. */
export interface ReceiptView {
  language: string;
  title: string;
  number: string;
  what: string;
  /** Says so where no real money moved. */
  test: string | undefined;
  /** Says so where the payment was taken back. */
  reversed: string | undefined;
  /** Says what was given back of it since, a sentence for each. Pages say so; the PDF stays as it was handed out. */
  givenBack: string[];
  amountLabel: string;
  amount: string;
  facts: Array<{ label: string; value: string }>;
  /** Long names for machines, which stand below the rest in small print. */
  references: Array<{ label: string; value: string }>;
  lines: {
    heading: string;
    columns: { document: string; total: string; before: string; now: string; due: string };
    rows: Array<{ document: string; total: string; before: string; now: string; due: string }>;
    sum: { label: string; amount: string } | undefined;
  };
  excess: { heading: string; text: string } | undefined;
  refunds: { heading: string; terms: string } | undefined;
  seller: { heading: string; name: string; lines: string[]; website: string };
  contact: { heading: string; email: string; phone: string } | undefined;
  thanks: string;
  download: string;
  page: (page: number, pages: number) => string;
}

/** What is shown of a receipt; that its money was taken or given back is all that can be told of it later. */
export interface ReceiptToShow {
  number: number;
  paymentId: string;
  content: ReceiptContent;
  reversed?: { at: string } | undefined;
  givenBack?: GivenBack[];
}

/** Reads only what was frozen when the receipt was issued, and what was taken or given back since. */
export function receiptView(receipt: ReceiptToShow): ReceiptView {
  const { content } = receipt;
  const words = wordsFor(content.language).receipt;
  const { company } = content;
  const kind = receiptKind(content);
  return {
    language: content.language,
    title: words.title[kind],
    number: receiptNumber(receipt.number),
    what: words.what[kind](company.tradingName),
    test: content.testMode ? words.test : undefined,
    reversed: receipt.reversed && words.reversed(showDate(receipt.reversed.at, content.timeZone, content.language)),
    givenBack: (receipt.givenBack ?? []).map((one) =>
      words.givenBack(sum(content, one.amountMinor), showDate(one.at, content.timeZone, content.language), one.number),
    ),
    amountLabel: words.paid,
    amount: showMoneyWithCode(receiptAmount(content), content.language),
    facts: factsOf(receipt),
    references: referencesOf(receipt),
    lines: linesOf(content),
    excess:
      content.excessMinor > 0
        ? { heading: words.excess, text: words.excessNote(sum(content, content.excessMinor)) }
        : undefined,
    refunds: company.refundTerms ? { heading: words.refundTerms, terms: company.refundTerms } : undefined,
    seller: sellerShown(company, content.language, { seller: words.seller, taxId: words.facts.taxId }),
    contact: contactShown(company, words.contact),
    thanks: words.thanks,
    download: words.download,
    page: words.page,
  };
}

function factsOf({ number, content }: ReceiptToShow): ReceiptView['facts'] {
  const { facts } = wordsFor(content.language).receipt;
  const day = (iso: string) => showDate(iso, content.timeZone, content.language);
  return [
    { label: facts.number, value: receiptNumber(number) },
    { label: facts.paidOn, value: day(content.paidAt) },
    { label: facts.issuedOn, value: day(content.issuedAt) === day(content.paidAt) ? '' : day(content.issuedAt) },
    { label: facts.method, value: methodText(content) },
    { label: facts.recorded, value: content.reference ?? '' },
    { label: facts.authorization, value: content.authorizationCode ?? '' },
    { label: facts.customer, value: content.customer.name },
    { label: facts.customerNumber, value: content.customer.number },
    { label: facts.account, value: receiptAccount(content) },
  ].filter(({ value }) => value !== '');
}

function referencesOf({ paymentId, content }: ReceiptToShow): ReceiptView['references'] {
  const { facts } = wordsFor(content.language).receipt;
  return [
    { label: facts.reference, value: paymentId },
    ...(content.gatewayRef ? [{ label: facts.gatewayReference, value: content.gatewayRef }] : []),
  ];
}

function linesOf(content: ReceiptContent): ReceiptView['lines'] {
  const words = wordsFor(content.language).receipt;
  const rows = content.lines.map((line) => ({
    document: words.document[line.kind](line.number),
    total: sum(content, line.totalMinor),
    before: sum(content, line.paidBeforeMinor),
    now: sum(content, line.paidNowMinor),
    due: sum(content, line.stillDueMinor),
  }));
  if (content.excessMinor > 0) {
    rows.push({ document: words.excess, total: '', before: '', now: sum(content, content.excessMinor), due: '' });
  }
  return {
    heading: words.lines.heading,
    columns: {
      document: words.lines.document,
      total: words.lines.total,
      before: words.lines.before,
      now: words.lines.now,
      due: words.lines.due,
    },
    rows,
    sum: rows.length > 1 ? { label: words.lines.sum, amount: sum(content, content.amountMinor) } : undefined,
  };
}

function sum(content: ReceiptContent, amountMinor: number): string {
  return showMoney({ amountMinor, currency: content.currency }, content.language);
}
