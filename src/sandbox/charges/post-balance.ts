import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { newId } from '../ids.ts';

const PENDING_SECONDS = 2 * 86_400;

/** What the gateway keeps: 2.9 % and 30 of the smallest unit; whole krónur and shillings, which are counted in hundredths. */
function feeOf(amount: number, currency: string): number {
  const fee = Math.min(amount, Math.round(amount * 0.029) + 30);
  return ['isk', 'ugx'].includes(currency) ? Math.floor(fee / 100) * 100 : fee;
}

/** Books the money of a captured charge. */
export function postChargeBalance(call: Call, chargeId: string, options: { announce: boolean }): void {
  const charge = need(call, 'charge', chargeId);
  if (charge.balance_transaction || !charge.captured) return;
  const { number } = call.books.hidden('charge', chargeId);
  const transaction = postBalance(call, {
    amount: charge.amount_captured,
    fee: feeOf(charge.amount_captured, charge.currency),
    currency: charge.currency,
    type: 'charge',
    source: charge.id,
    description: charge.description,
    atOnce: cardByNumber(number).skipsPending ?? false,
  });
  const booked = call.books.put('charge', { ...charge, balance_transaction: transaction.id });
  if (options.announce) call.emit('charge.updated', booked, { balance_transaction: null });
}

/** Books a refund (money out), or its return when it failed. Fees stay with the gateway. */
export function postRefundBalance(call: Call, refund: Stripe.Refund, direction: 'out' | 'back'): string {
  const transaction = postBalance(call, {
    amount: direction === 'out' ? -refund.amount : refund.amount,
    fee: 0,
    currency: refund.currency,
    type: direction === 'out' ? 'refund' : 'refund_failure',
    source: refund.id,
    description: direction === 'out' ? 'REFUND FOR CHARGE' : 'REFUND FAILURE',
    atOnce: true,
  });
  return transaction.id;
}

/** Books one movement of the account's balance; `amount` and what is kept of it in the smallest unit. */
export function postBalance(
  call: Call,
  wanted: {
    amount: number;
    fee: number;
    currency: string;
    type:
      | 'charge'
      | 'refund'
      | 'refund_failure'
      | 'adjustment'
      | 'payout'
      | 'payout_failure'
      | 'payout_cancel'
      | 'stripe_fee';
    reportingCategory?: string;
    source: string;
    description: string | null;
    atOnce: boolean;
    /** False for what is in the currency of the balance already. */
    exchanged?: boolean;
  },
): Stripe.BalanceTransaction {
  const { type, atOnce } = wanted;
  const { amount, fee, currency, rate } =
    wanted.exchanged === false ? { ...wanted, rate: null } : settled(call, wanted);
  return call.books.put('balance_transaction', {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: call.nowSeconds + (atOnce ? 0 : PENDING_SECONDS),
    balance_type: 'payments',
    created: call.nowSeconds,
    currency,
    description: wanted.description,
    exchange_rate: rate,
    fee,
    fee_details: fee
      ? [{ amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }]
      : [],
    net: amount - fee,
    reporting_category: wanted.reportingCategory ?? type,
    source: wanted.source,
    status: atOnce ? 'available' : 'pending',
    type,
  });
}

/** In the currency that the account is paid out in, at its rate. */
function settled(call: Call, wanted: { amount: number; fee: number; currency: string }) {
  const { settlement } = call.account;
  const rate = settlement?.rates[wanted.currency];
  if (!settlement || rate === undefined || settlement.currency === wanted.currency) return { ...wanted, rate: null };
  const [amount, fee] = [Math.round(wanted.amount * rate), Math.round(wanted.fee * rate)];
  return { amount, fee, currency: settlement.currency, rate };
}
