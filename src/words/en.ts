import { mailWords } from './en/mail.ts';
import { payWords } from './en/pay.ts';

/** All that customers read, in English. Sections stand in files of their own under `en/`. */
export const en = {
  mail: mailWords,
  pay: payWords,
};
