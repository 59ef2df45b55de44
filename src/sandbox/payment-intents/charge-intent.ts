import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber, type Decline } from '../cards.ts';
import { newCharge } from '../charges/charge.ts';
import { postChargeBalance } from '../charges/post-balance.ts';
import { idOf, newId } from '../ids.ts';
import { attachTo } from '../payment-methods/attach-payment-method.ts';
import { authenticationProblem, type CardProblem, declineProblem } from './decline-error.ts';
import type { Attempt } from './payment-intent.ts';

/** Asks the bank. The answer is in the intent: paid, or `last_payment_error`. */
export function chargeIntent(call: Call, intent: Stripe.PaymentIntent, attempt: Attempt): Stripe.PaymentIntent {
  const { number } = call.books.hidden('payment_method', attempt.method);
  const { decline } = cardByNumber(number);
  return decline ? failIntent(call, intent, attempt, decline) : payIntent(call, intent, attempt);
}

/** The intent waits for a card again. A decline leaves a failed charge behind, a failed challenge does not. */
export function failIntent(
  call: Call,
  intent: Stripe.PaymentIntent,
  attempt: Attempt,
  why: Decline | 'authentication_required' | CardProblem,
): Stripe.PaymentIntent {
  const method = need(call, 'payment_method', attempt.method);
  let problem: CardProblem;
  let charge: Stripe.Charge | undefined;
  if (typeof why === 'object' && 'type' in why) problem = why;
  else {
    const decline = why === 'authentication_required' ? AUTHENTICATION_REQUIRED : why;
    charge = keepCharge(call, intent, attempt, method, decline);
    const more = { charge: charge.id, payment_method: method };
    problem = why === 'authentication_required' ? authenticationProblem(more) : declineProblem(decline, more);
  }
  const failed: Stripe.PaymentIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    processing: null,
    last_payment_error: problem,
    latest_charge: charge?.id ?? intent.latest_charge,
  };
  keepIntent(call, failed);
  if (charge) call.emit('charge.failed', charge);
  call.emit('payment_intent.payment_failed', failed);
  return failed;
}

const AUTHENTICATION_REQUIRED: Decline = {
  code: 'card_declined',
  declineCode: 'authentication_required',
  advice: 'try_again_later',
  networkCode: '65',
};

function payIntent(call: Call, intent: Stripe.PaymentIntent, attempt: Attempt): Stripe.PaymentIntent {
  const method = need(call, 'payment_method', attempt.method);
  const charge = keepCharge(call, intent, attempt, method, undefined);
  const later = intent.capture_method === 'manual';
  const paid: Stripe.PaymentIntent = {
    ...intent,
    status: later ? 'requires_capture' : 'succeeded',
    amount_received: later ? 0 : intent.amount,
    amount_capturable: later ? intent.amount : 0,
    latest_charge: charge.id,
    next_action: null,
    processing: null,
    last_payment_error: null,
  };
  keepIntent(call, paid);
  call.emit('charge.succeeded', charge);
  saveOrSpend(call, paid, method, attempt);
  call.emit(later ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', paid);
  if (intent.capture_method === 'automatic') postChargeBalance(call, charge.id, { announce: false });
  if (intent.capture_method === 'automatic_async') call.soon('post_balance', charge.id);
  if (!later && cardByNumber(call.books.hidden('charge', charge.id).number).dispute)
    call.soon('open_dispute', charge.id);
  return paid;
}

function keepCharge(
  call: Call,
  intent: Stripe.PaymentIntent,
  attempt: Attempt,
  method: Stripe.PaymentMethod,
  decline: Decline | undefined,
): Stripe.Charge {
  const { number } = call.books.hidden('payment_method', method.id);
  const charge = newCharge({
    id: newId('ch'),
    created: call.nowSeconds,
    intent,
    method,
    decline,
    authenticated: attempt.authenticated,
    capture: intent.capture_method !== 'manual',
    statementName: call.account.name,
    moto: attempt.moto,
  });
  return call.books.put('charge', charge, { number });
}

function keepIntent(call: Call, intent: Stripe.PaymentIntent): void {
  const { confirms } = call.books.hidden('payment_intent', intent.id);
  call.books.put('payment_intent', intent, confirms === undefined ? {} : { confirms });
}

/** A card is the customer's after a payment that said so; otherwise it was good for this payment only. */
function saveOrSpend(call: Call, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, attempt: Attempt): void {
  const hidden = call.books.hidden('payment_method', method.id);
  const customer = idOf(intent.customer);
  const saving = intent.setup_future_usage !== null && customer !== undefined;
  if (saving && attempt.authenticated) call.books.put('payment_method', method, { ...hidden, setUp: true });
  if (method.customer) return;
  if (saving) attachTo(call, method, customer);
  else call.books.put('payment_method', method, { ...hidden, spent: true });
}
