import { gatewayOf } from '../accounts/accounts.store.ts';
import { GatewayError } from '../gateway/gateway.ts';
import { paths } from '../paths.ts';
import type { Attempt } from '../payments/attempt.ts';
import type { PaymentParts } from '../payments/payment-parts.ts';
import { readPayment } from '../payments/payments.store.ts';
import { receiptToken } from '../receipts/receipt-url.ts';
import type { Setting } from './checkout.pages.ts';

/** What the page's script is told about a submission. */
export type AttemptAnswer =
  | { state: 'paid'; page: string }
  | { state: 'waiting'; page: string }
  | { state: 'challenge'; clientSecret: string; attempt: string }
  | { state: 'declined'; message: string }
  | { state: 'abandoned'; message: string };

/** The client secret is asked for when it is needed and never stored. */
export async function answerOf(parts: PaymentParts, setting: Setting, attempt: Attempt): Promise<AttemptAnswer> {
  const { token, words } = setting;
  const page = paths.pay(token);
  // Whatever became of this try: nobody is told that they were not charged while the payment is paid.
  const { state } = await readPayment(parts.db, attempt.paymentId);
  if (state === 'paid') return { state: 'paid', page: await receiptPath(parts, attempt.paymentId, page) };
  if (attempt.state === 'declined') {
    return { state: 'declined', message: words.pay.declined[attempt.declineCategory ?? 'card-declined'] };
  }
  if (attempt.state === 'abandoned') return { state: 'abandoned', message: words.pay.abandoned };
  if (attempt.state === 'challenged') {
    const clientSecret = await clientSecretOf(parts, attempt.paymentId);
    if (clientSecret)
      return { state: 'challenge', clientSecret, attempt: paths.payAttempt(token, attempt.submissionId) };
  }
  return { state: 'waiting', page };
}

/** To the receipt of this payment: more may be due, so that the link's own page is a form again. */
async function receiptPath(parts: PaymentParts, paymentId: string, otherwise: string): Promise<string> {
  const receipt = await parts.db.read
    .selectFrom('receipt')
    .select(['id', 'issued_at'])
    .where('payment_id', '=', paymentId)
    .executeTakeFirst();
  if (!receipt) return otherwise;
  return paths.customerReceipt(receiptToken(parts, { id: receipt.id, issuedAt: receipt.issued_at }));
}

async function clientSecretOf(parts: PaymentParts, paymentId: string): Promise<string | undefined> {
  const payment = await readPayment(parts.db, paymentId);
  if (!payment.gatewayRef) return undefined;
  try {
    const gateway = await gatewayOf(parts, payment.accountId);
    return (await gateway.readPayment(payment.gatewayRef)).clientSecret;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}
