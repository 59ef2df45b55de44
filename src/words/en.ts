import { linkWords } from './en/link.ts';
import { mailWords } from './en/mail.ts';
import { pageWords } from './en/page.ts';
import { payWords } from './en/pay.ts';
import { receiptWords } from './en/receipt.ts';
import { reminderWords } from './en/reminder.ts';
import { staffWords } from './en/staff.ts';

/** All that customers read, in English. Sections stand in files of their own under `en/`. */
export const en = {
  link: linkWords,
  mail: mailWords,
  page: pageWords,
  pay: payWords,
  receipt: receiptWords,
  reminder: reminderWords,
  staff: staffWords,
};
