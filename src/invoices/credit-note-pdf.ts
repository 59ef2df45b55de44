import { contactShown, sellerShown } from '../company/letterhead.ts';
import { showMoney, showMoneyWithCode } from '../money/show-money.ts';
import { writePdf } from '../platform/pdf.ts';
import { showDate } from '../platform/show-time.ts';
import { wordsFor } from '../words/words.ts';
import { type CreditNote, creditNoteNumber } from './credit-note.ts';

/** The credit note as A4; the same bytes whenever it is asked for, until it is taken back. */
export function creditNotePdf(note: CreditNote): Promise<Buffer> {
  const { content, currency } = note;
  const { company, customer, invoice, language, timeZone } = content;
  const words = wordsFor(language).creditNote;
  const number = creditNoteNumber(note.number);
  const money = (amountMinor: number) => showMoney({ amountMinor, currency }, language);
  const amount = showMoneyWithCode(note, language);
  const seller = sellerShown(company, language, { seller: '', taxId: words.facts.taxId });
  const contact = contactShown(company, words.contact);
  const withdrawn = note.withdrawn && words.withdrawn(showDate(note.withdrawn.at, timeZone, language));
  return writePdf({
    title: `${words.title} ${number}`,
    language,
    author: company.tradingName,
    createdAt: content.issuedAt,
    from: { name: seller.name, lines: [...seller.lines, seller.website].filter(Boolean) },
    heading: words.title,
    number,
    intro: [withdrawn, words.what(company.tradingName, invoice.number, amount)].filter(Boolean).join(' '),
    amount: { label: words.amountLabel, value: amount },
    facts: [
      ...creditNoteFacts(note),
      { label: words.facts.address, value: customer.address.replaceAll('\n', ', ') },
    ].filter(({ value }) => value !== ''),
    tables: [
      {
        heading: words.lines.heading,
        columns: [
          { label: words.lines.document, share: 3 },
          { label: words.lines.total, share: 3, figures: true },
          { label: words.lines.before, share: 3, figures: true },
          { label: words.lines.credited, share: 3, figures: true },
          { label: words.lines.after, share: 3, figures: true },
        ],
        rows: [
          [
            invoice.number,
            money(invoice.totalMinor),
            money(content.dueBeforeMinor),
            money(-note.amountMinor),
            money(content.dueAfterMinor),
          ],
        ],
      },
    ],
    notes: contact
      ? [{ heading: contact.heading, text: [contact.email, contact.phone].filter(Boolean).join(' · ') }]
      : [],
    footer: (page, pages) => `${company.tradingName} · ${number} · ${words.page(page, pages)}`,
  });
}

/** What identifies it, for its PDF and its letter. */
export function creditNoteFacts({
  number,
  content,
  reasonKind,
}: Pick<CreditNote, 'number' | 'content' | 'reasonKind'>) {
  const { language, timeZone, customer, invoice } = content;
  const { facts } = wordsFor(language).creditNote;
  return [
    { label: facts.number, value: creditNoteNumber(number) },
    { label: facts.date, value: showDate(content.issuedAt, timeZone, language) },
    { label: facts.invoice, value: invoice.number },
    { label: facts.invoiceDate, value: showDate(invoice.issuedOn, timeZone, language) },
    { label: facts.customer, value: `${customer.name} (${customer.number})` },
    { label: facts.reason, value: wordsFor(language).refund.reasons[reasonKind] },
  ].filter(({ value }) => value !== '');
}

/** What the file is called when it is kept. */
export function creditNoteFileName(note: Pick<CreditNote, 'number'>): string {
  return `credit-note-${creditNoteNumber(note.number)}.pdf`;
}
