import { z } from 'zod';
import { agreedTerms } from '../payments/agreed-terms.ts';
import type { Attempt } from '../payments/attempt.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { startPayment } from '../payments/start-payment.ts';
import type { Setting } from './checkout.pages.ts';
import { readTypedSum, refuseUnfitSum } from './chosen-sum.ts';
import { unreadable } from './submission.ts';

/** What the page of a customer's own cards sends: a sum only where the link lets the payer choose one. */
const form = z.strictObject({
  submissionId: z.string().regex(/^[A-Za-z0-9-]{16,64}$/),
  agreed: z.string().max(4000),
  amount: z.string().max(40).optional(),
  amountMinor: z.coerce.number().int().positive().optional(),
});

/**
 * Pays what a link is for with a card that the customer, who is known to be it, had saved before. The receipt goes to the
 * address on file. Errors: `fields-invalid` (422) for a sum that cannot be, `bad-request` (400), those of startPayment.
 */
export async function payWithOwnCard(
  parts: PaymentParts,
  setting: Setting,
  press: { cardId: string; body: unknown; ip: string; userAgent: string },
): Promise<Attempt> {
  const read = form.safeParse(press.body);
  if (!read.success) throw unreadable();
  const { submissionId, agreed, amount, amountMinor } = read.data;
  const { link, payables, account } = setting.found;
  const typedMinor = amount === undefined ? undefined : readTypedSum(setting, amount);
  // Held against other terms than the payer saw, it would be refused for the wrong reason.
  if (typedMinor !== undefined && agreedTerms(payables) === agreed) {
    refuseUnfitSum(setting, parts.gateways.hostedFields(account), typedMinor);
  }
  return startPayment(parts, {
    linkId: link.id,
    submissionId,
    savedCardId: press.cardId,
    amountMinor: typedMinor ?? amountMinor,
    agreed,
    payerEmail: '',
    confirmationToken: '',
    saveCard: false,
    consent: { wording: '', language: setting.language },
    ip: press.ip,
    userAgent: press.userAgent,
  });
}
