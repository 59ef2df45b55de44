import type { Account } from '../../src/accounts/account.ts';
import type { Customer } from '../../src/customers/customer.ts';
import { newId } from '../../src/platform/ids.ts';
import { issueReceipt } from '../../src/receipts/issue-receipt.ts';
import type { SettledPayment } from '../../src/receipts/receipt.ts';
import type { House } from '../../src/wire.ts';
import { aCustomer } from '../support/seeds.ts';

export interface Wanted extends Partial<Omit<SettledPayment, 'customerId' | 'accountId'>> {
  customer?: Customer;
  account?: Account;
}

let made = 0;

/** A payment of EUR 125.00 by Visa for one invoice that has just been settled, with its row but without a gateway. */
export async function aSettledPayment(
  house: House,
  { customer, account, ...over }: Wanted = {},
): Promise<SettledPayment> {
  const payer = customer ?? (await aCustomer(house));
  const paymentId = newId('pay');
  const amountMinor = over.amountMinor ?? 12_500;
  const settled: SettledPayment = {
    paymentId,
    method: 'card',
    channel: 'link',
    customerId: payer.id,
    accountId: account?.id,
    currency: 'EUR',
    amountMinor,
    paidAt: house.clock.now().toISOString(),
    payerEmail: 'payer@example.test',
    card: { brand: 'visa', last4: '4242' },
    authorizationCode: 'A12345',
    gatewayRef: `pi_${++made}`,
    lines: [
      {
        payableId: newId('inv'),
        kind: 'invoice',
        number: `INV-${made}`,
        totalMinor: amountMinor,
        paidBeforeMinor: 0,
        paidNowMinor: amountMinor,
        stillDueMinor: 0,
      },
    ],
    excessMinor: 0,
    ...over,
  };
  await house.db.q
    .insertInto('payment')
    .values({
      id: paymentId,
      method: settled.method,
      channel: settled.channel,
      customer_id: payer.id,
      account_id: account?.id ?? null,
      link_id: null,
      currency: settled.currency,
      amount_minor: amountMinor,
      state: 'paid',
      attempt_id: null,
      gateway_ref: settled.gatewayRef ?? null,
      charge_ref: null,
      authorization_code: settled.authorizationCode ?? null,
      card_brand: settled.card?.brand ?? null,
      card_last4: settled.card?.last4 ?? null,
      payer_email: settled.payerEmail,
      created_by: settled.createdBy ?? null,
      created_at: settled.paidAt,
      in_flight_since: null,
      paid_at: settled.paidAt,
      cancelled_at: null,
      cancel_asked_at: null,
      cancel_asked_by: null,
      next_look_at: null,
      looks: 0,
    })
    .execute();
  return settled;
}

/** The same with its receipt, issued as the house's clock tells. */
export async function aReceipt(house: House, wanted: Wanted = {}) {
  const settled = await aSettledPayment(house, wanted);
  return { ...(await issueReceipt(house, settled)), settled };
}
