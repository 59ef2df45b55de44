import type Stripe from 'stripe';
import { SYSTEM } from '../../src/audit/record.ts';
import { stripeClient } from '../../src/gateway/stripe-client.ts';
import { issueLink } from '../../src/links/issue-link.ts';
import type { Attempt } from '../../src/payments/attempt.ts';
import { startPayment } from '../../src/payments/start-payment.ts';
import { aCustomer, anInvoice } from '../support/seeds.ts';
import type { Till } from '../support/till.ts';

/** A card whose money can be paid out at once. */
export const AT_ONCE = '4000000000000077';

/** The account at its gateway as its owner uses it beside the portal. */
export async function ownersAccess({ house, account, sandboxUrl }: Till): Promise<Stripe> {
  const row = await house.db.read
    .selectFrom('account')
    .select('secret_key_sealed')
    .where('id', '=', account.id)
    .executeTakeFirstOrThrow();
  const secretKey = house.sealer.open(row.secret_key_sealed);
  return stripeClient({ kind: 'sandbox', secretKey }, { sandboxApiUrl: sandboxUrl, timeoutMs: 5000 });
}

/** A customer's invoice, pressed to be paid with a card. */
export async function payInvoice(
  till: Till,
  { amountMinor = 10_000, currency = 'EUR', card = AT_ONCE, name = 'North Pier' } = {},
): Promise<Attempt> {
  const customer = await aCustomer(till.house, { name });
  const { id } = await anInvoice(till.house, { customerId: customer.id, amountMinor, currency });
  const link = await issueLink(till.house, {
    payableIds: [id],
    expiry: '30d',
    actor: SYSTEM,
    accountId: till.account.id,
  });
  return startPayment(till.house, await till.press(link, { card }));
}

/** The gateway books what it owes us for. */
export async function gatewayBooks(till: Till): Promise<void> {
  await till.control('POST', '/webhooks/flush');
}

export interface PayoutThere {
  id: string;
  amount: number;
  status: string;
}

export function payOut(till: Till, order: object = {}): Promise<PayoutThere> {
  return till.control<PayoutThere>('POST', '/payouts', { currency: 'eur', ...order });
}
