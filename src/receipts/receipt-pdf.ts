import { writePdf } from '../platform/pdf.ts';
import { type ReceiptToShow, receiptView } from './receipt-view.ts';

/** The receipt as A4; the same receipt gives the same bytes whenever it is asked for, until its payment is reversed or refunded. */
export function receiptPdf(receipt: ReceiptToShow): Promise<Buffer> {
  const view = receiptView(receipt);
  const { lines, seller, contact } = view;
  return writePdf({
    title: `${view.title} ${view.number}`,
    language: view.language,
    author: seller.name,
    createdAt: receipt.content.issuedAt,
    from: { name: seller.name, lines: [...seller.lines, seller.website].filter(Boolean) },
    heading: view.title,
    number: view.number,
    intro: [view.reversed, view.test, view.what].filter(Boolean).join(' '),
    amount: { label: view.amountLabel, value: view.amount },
    facts: [...view.facts, ...view.references],
    tables:
      lines.rows.length === 0
        ? []
        : [
            {
              heading: lines.heading,
              columns: [
                { label: lines.columns.document, share: 5 },
                { label: lines.columns.total, share: 3, figures: true },
                { label: lines.columns.before, share: 3, figures: true },
                { label: lines.columns.now, share: 3, figures: true },
                { label: lines.columns.due, share: 3, figures: true },
              ],
              rows: lines.rows.map((row) => [row.document, row.total, row.before, row.now, row.due]),
              ...(lines.sum ? { total: [lines.sum.label, '', '', lines.sum.amount, ''] } : {}),
            },
          ],
    notes: [
      ...(view.excess ? [view.excess] : []),
      ...(view.refunds ? [{ heading: view.refunds.heading, text: view.refunds.terms }] : []),
      ...(contact
        ? [{ heading: contact.heading, text: [contact.email, contact.phone].filter(Boolean).join(' · ') }]
        : []),
    ],
    footer: (page, pages) => `${seller.name} · ${view.number} · ${view.page(page, pages)}`,
  });
}

/** What the file is called when it is kept. */
export function receiptFileName(number: string): string {
  return `receipt-${number}.pdf`;
}
