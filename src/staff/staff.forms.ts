import { z } from 'zod';
import { readMailAddress } from '../mail/address.ts';
import { isPlainLine, tidyLine } from '../platform/text-key.ts';

/** The fields that forms about people share, with the sentences said next to them. */
export const emailField = z
  .string()
  .trim()
  .min(1, 'Enter an e-mail address.')
  .refine((text) => readMailAddress(text) !== undefined, 'This is not an e-mail address that we can write to.');

export const nameField = z
  .string()
  .transform(tidyLine)
  .pipe(
    z
      .string()
      .min(1, 'Enter a name.')
      .max(100, 'Use at most 100 characters.')
      .refine(isPlainLine, 'A name is one line of plain text.'),
  );

export const roleField = z.enum(['admin', 'clerk', 'accountant'], 'Choose a role.');

/** The rules of a password depend on whose it is: the deed says what is wrong with it. */
export const newPasswordFields = {
  password: z.string().min(1, 'Enter a new password.').max(1000, 'Use at most 200 characters.'),
  again: z.string().max(1000),
};

/** Both fields of a new password must agree; leaves the second one out. */
export function sameTwice<T extends { password: string; again: string }>(form: z.ZodType<T>) {
  return form
    .refine((values) => values.password === values.again, {
      path: ['again'],
      message: 'This is not the same password as above.',
    })
    .transform(({ again: _, ...values }) => values);
}
