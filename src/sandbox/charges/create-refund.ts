import { randomInt } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { readParams } from '../http/read-params.ts';
import { idOf, newId } from '../ids.ts';
import { invalid, missingParam } from '../stripe-error.ts';
import { postRefundBalance } from './post-balance.ts';

/** POST /v1/refunds */
export function createRefund(call: Call): Stripe.Refund {
  const params = readParams(call.form, {
    charge: 'string',
    payment_intent: 'string',
    amount: 'integer',
    reason: ['duplicate', 'fraudulent', 'requested_by_customer'],
    metadata: 'map',
  });
  const charge = chargeToRefund(call, params);
  refuseDisputed(call, charge);
  const amount = checkRefund(charge, params.amount);
  const { number } = call.books.hidden('charge', charge.id);
  const { refund: behaviour } = cardByNumber(number);
  const refund: Stripe.Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: call.nowSeconds,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: {
        reference: String(randomInt(1e12, 2e12)),
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    metadata: params.metadata || {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason || null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: behaviour === 'pending' ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  refund.balance_transaction = postRefundBalance(call, refund, 'out');
  const fate = behaviour === 'pending' ? 'succeeds' : behaviour === 'fails_later' ? 'fails' : undefined;
  call.books.put('refund', refund, fate ? { fate } : {});
  const refunded = charge.amount_refunded + amount;
  const after = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount };
  call.books.put('charge', after);
  call.emit('refund.created', refund);
  call.emit('charge.refunded', after, { amount_refunded: charge.amount_refunded, refunded: charge.refunded });
  if (fate) call.soon('settle_refund', refund.id);
  return refund;
}

function chargeToRefund(call: Call, params: { charge?: string; payment_intent?: string }): Stripe.Charge {
  if (params.charge) return need(call, 'charge', params.charge, 'charge');
  if (!params.payment_intent) throw missingParam('charge');
  const intent = need(call, 'payment_intent', params.payment_intent, 'payment_intent');
  const chargeId = idOf(intent.latest_charge);
  if (!chargeId || intent.status !== 'succeeded') {
    const message = `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`;
    throw invalid(message, 'charge_not_refundable', 'payment_intent');
  }
  return need(call, 'charge', chargeId, 'charge');
}

/** Money that a bank has taken back cannot be given back too (docs.stripe.com/error-codes#charge-disputed). */
function refuseDisputed(call: Call, { id, disputed }: Stripe.Charge): void {
  if (!disputed) return;
  const held = call.books
    .list('dispute', { equals: { charge: id } })
    .some(({ status, is_charge_refundable }) => !is_charge_refundable && !['won', 'prevented'].includes(status));
  if (held) throw invalid(`Charge ${id} has been charged back; cannot issue a refund.`, 'charge_disputed');
}

function checkRefund(charge: Stripe.Charge, wanted: number | undefined): number {
  if (!charge.paid || !charge.captured) {
    throw invalid(`Charge ${charge.id} is not captured and cannot be refunded.`, 'charge_not_refundable');
  }
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  const amount = wanted ?? left;
  if (amount < 1) throw invalid('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  if (amount > left) {
    const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`;
    throw invalid(message, undefined, 'amount');
  }
  return amount;
}
