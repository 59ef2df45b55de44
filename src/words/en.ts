import { cardWords } from './en/card.ts';
import { creditNoteWords } from './en/credit-note.ts';
import { linkWords } from './en/link.ts';
import { mailWords } from './en/mail.ts';
import { pageWords } from './en/page.ts';
import { payWords } from './en/pay.ts';
import { receiptWords } from './en/receipt.ts';
import { refundWords } from './en/refund.ts';
import { reminderWords } from './en/reminder.ts';
import { staffWords } from './en/staff.ts';
import { statementWords } from './en/statement.ts';

/** All that customers read, in English. Sections stand in files of their own under `en/`. */
export const en = {
  card: cardWords,
  creditNote: creditNoteWords,
  link: linkWords,
  mail: mailWords,
  page: pageWords,
  pay: payWords,
  receipt: receiptWords,
  refund: refundWords,
  reminder: reminderWords,
  staff: staffWords,
  statement: statementWords,
};
