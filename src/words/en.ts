import { payWords } from './en/pay.ts';

/** All that customers read, in English. Sections stand in files of their own under `en/`. */
export const en = {
  pay: payWords,
};
