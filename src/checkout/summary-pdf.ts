import { dueOn } from '../links/link.ts';
import { showMoney } from '../money/show-money.ts';
import { type PdfDocument, writePdf } from '../platform/pdf.ts';
import { showDate } from '../platform/show-time.ts';
import { nameOf, type Setting } from './checkout.pages.ts';
import type { Document } from './checkout.store.ts';

/** The document as a paper: what is owed, its lines, and what is still due. Gives the bytes of a PDF. */
export function summaryPdf(setting: Setting, documents: Document[]): Promise<Buffer> {
  const { found, company, language, words, now } = setting;
  const { currency } = found.link;
  const show = (amountMinor: number) => showMoney({ amountMinor, currency }, language);
  const day = (iso: string) => showDate(iso, company.timeZone, language);
  const number = documents.map(({ payable }) => payable.number).join(', ');
  const paper: PdfDocument = {
    title: documents.map(({ payable }) => nameOf(payable, words.pay)).join(', '),
    language,
    author: company.tradingName,
    createdAt: now.toISOString(),
    from: { name: company.tradingName, lines: company.address.split('\n').filter(Boolean) },
    heading: words.pay.summaryHeading,
    number,
    intro: words.pay.payTo(company.tradingName, found.customer.name),
    amount: { label: words.pay.stillDue, value: show(dueOn(found.payables)) },
    facts: [
      { label: words.pay.customerNumber, value: found.customer.number },
      ...documents.flatMap((document) => [
        ...(document.issuedOn ? [{ label: words.pay.issuedOn, value: day(document.issuedOn) }] : []),
        ...(document.dueOn ? [{ label: words.pay.dueOn, value: day(document.dueOn) }] : []),
        ...(document.orderReference ? [{ label: words.pay.orderReference, value: document.orderReference }] : []),
      ]),
    ],
    tables: documents.map(({ payable, lines }) => ({
      heading: nameOf(payable, words.pay),
      columns: [
        { label: words.pay.description, share: 6 },
        { label: words.pay.quantity, share: 1.5, figures: true },
        { label: words.pay.amount, share: 2.5, figures: true },
      ],
      rows: [
        ...(lines.length > 0
          ? lines.map((line) => [line.description, line.quantity, show(line.amountMinor)])
          : [[nameOf(payable, words.pay), '1', show(payable.totalMinor)]]),
        ...(payable.paidMinor > payable.creditedMinor
          ? [[words.pay.paidBefore, '', show(payable.creditedMinor - payable.paidMinor)]]
          : []),
        ...(payable.creditedMinor > 0 ? [[words.pay.credited, '', show(-payable.creditedMinor)]] : []),
      ],
      total: [words.pay.stillDue, '', show(payable.dueMinor)],
    })),
    notes: [],
    footer: (page, pages) => words.pay.pageOf(page, pages),
  };
  return writePdf(paper);
}
