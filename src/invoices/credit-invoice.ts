import { readCompany } from '../company/company.store.ts';
import { senderOf } from '../company/company.ts';
import { type QueueParts, queueLetter } from '../mail/queue-letter.ts';
import { showMoneyWithCode } from '../money/show-money.ts';
import { paths } from '../paths.ts';
import type { LinkTokens } from '../tokens/link-token.ts';
import { wordsFor } from '../words/words.ts';
import { type CreditNote, creditNoteNumber } from './credit-note.ts';
import { creditNoteFacts } from './credit-note-pdf.ts';
import { type CreditingParts, issueCreditNote, type NewCreditNote } from './issue-credit-note.ts';

export type CreditInvoiceParts = CreditingParts & QueueParts & { linkTokens: LinkTokens };

/**
 * Staff credit an open invoice: the credit note, and its letter where the customer left an address, in one transaction.
 * Errors: as issueCreditNote.
 */
export async function creditInvoice(
  parts: CreditInvoiceParts,
  order: Omit<NewCreditNote, 'cameOf'>,
): Promise<CreditNote> {
  const { db } = parts;
  return db.tx(async () => {
    const note = await issueCreditNote(parts, order);
    const { email } = await db.q
      .selectFrom('customer')
      .select('email')
      .where('id', '=', note.customerId)
      .executeTakeFirstOrThrow();
    if (email.trim()) await sendLetter(parts, note, email.trim());
    return note;
  });
}

async function sendLetter(parts: CreditInvoiceParts, note: CreditNote, to: string): Promise<void> {
  const { content } = note;
  const { language, company, invoice } = content;
  const words = wordsFor(language).creditNote;
  const amount = showMoneyWithCode(note, language);
  const due = showMoneyWithCode({ amountMinor: content.dueAfterMinor, currency: note.currency }, language);
  const token = parts.linkTokens.sign('credit-note', note.id, note.issuedAt);
  await queueLetter(parts, {
    key: `credit-note-${note.id}`,
    kind: 'credit-note',
    to: [to],
    language,
    sender: senderOf(await readCompany(parts.db)),
    subject: words.letter.subject(creditNoteNumber(note.number), company.tradingName),
    body: {
      heading: words.letter.heading,
      paragraphs: [
        words.what(company.tradingName, invoice.number, amount),
        content.dueAfterMinor > 0 ? words.letter.stillDue(invoice.number, due) : words.letter.settled(invoice.number),
      ],
      facts: [{ label: words.amountLabel, value: amount, strong: true }, ...creditNoteFacts(note)],
      action: { label: words.letter.open, url: `${parts.config.baseUrl}${paths.customerCreditNotePdf(token)}` },
      closing: [],
    },
    customerId: note.customerId,
    subjectId: note.id,
  });
}
