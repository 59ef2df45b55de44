import { writePdf } from '../platform/pdf.ts';
import type { RefundReceipt } from './refund-receipt.ts';
import { refundReceiptView } from './refund-receipt-view.ts';

/** The receipt of a refund as A4; the same bytes whenever it is asked for, until the money comes back. */
export function refundReceiptPdf(receipt: RefundReceipt): Promise<Buffer> {
  const view = refundReceiptView(receipt);
  const { lines, seller, contact } = view;
  return writePdf({
    title: `${view.title} ${view.number}`,
    language: view.language,
    author: seller.name,
    createdAt: receipt.content.issuedAt,
    from: { name: seller.name, lines: [...seller.lines, seller.website].filter(Boolean) },
    heading: view.title,
    number: view.number,
    intro: [view.returned, view.test, view.what, ...view.outcomes, view.takesDays].filter(Boolean).join(' '),
    amount: { label: view.amountLabel, value: view.amount },
    facts: view.facts,
    tables: [
      {
        heading: lines.heading,
        columns: [
          { label: lines.columns.document, share: 5 },
          { label: lines.columns.creditNote, share: 3 },
          { label: lines.columns.amount, share: 3, figures: true },
        ],
        rows: lines.rows.map((row) => [row.document, row.creditNote, row.amount]),
      },
    ],
    notes: contact
      ? [{ heading: contact.heading, text: [contact.email, contact.phone].filter(Boolean).join(' · ') }]
      : [],
    footer: (page, pages) => `${seller.name} · ${view.number} · ${view.page(page, pages)}`,
  });
}
