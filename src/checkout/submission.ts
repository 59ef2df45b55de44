import { z } from 'zod';
import { isPayersChoice } from '../links/link-terms.ts';
import { isEmailAddress } from '../platform/email-address.ts';
import { Refusal, refuseFields } from '../platform/refusal.ts';
import type { Setting } from './checkout.pages.ts';

/** Said by the page's script when somebody went into the card fields. */
export const opened = z.strictObject({ went: z.literal('card-fields') });

/** A sum as the payer typed it, asked about before it is paid. */
export const sumTyped = z.strictObject({ amount: z.string().max(40) });

const submission = (emailFault: string) =>
  z.strictObject({
    submissionId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/),
    /** Empty only where the card on file is confirmed. */
    confirmationToken: z.string().regex(/^(|[A-Za-z0-9_]{8,255})$/),
    onFile: z.boolean().default(false),
    saveCard: z.boolean(),
    agreed: z.string().max(4000),
    payerEmail: z.string().trim().refine(isEmailAddress, emailFault),
  });

/** Which sum of those that the link offers: as named by the page, or as typed. */
const choice = { amount: z.string().max(40).optional(), amountMinor: z.int().positive().optional() };

/**
 * What the page sends when "Pay" is pressed. Amount and currency come from the database: only where the link lets the
 * payer choose there is a field for the sum, and that is held against the balance. Errors: `unknown-field` or `bad-request` (400), `fields-invalid` (422).
 */
export function readSubmission(body: unknown, { found, words }: Setting) {
  const { emailFault } = words.pay;
  const schema = submission(emailFault).extend(choice);
  const read = (isPayersChoice(found.link.terms) ? schema : submission(emailFault)).safeParse(body);
  if (read.success && (read.data.onFile || read.data.confirmationToken !== '')) {
    return read.data as z.output<typeof schema>;
  }
  const [issue] = read.error?.issues ?? [];
  if (issue?.code === 'unrecognized_keys') {
    throw new Refusal(
      'unknown-field',
      400,
      `The request has a field that this page does not know: ${issue.keys.join(', ')}.`,
    );
  }
  if (issue?.path[0] === 'payerEmail') throw refuseFields({ payerEmail: emailFault });
  throw unreadable();
}

/** For a body that no page of ours sends. */
export function unreadable(): Refusal {
  return new Refusal('bad-request', 400, 'The request could not be read. Please reload the page and try again.');
}
