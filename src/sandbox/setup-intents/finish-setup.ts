import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { cardByNumber } from '../cards.ts';
import { idOf, newId } from '../ids.ts';
import { type CardProblem, declineProblem } from '../payment-intents/decline-error.ts';
import { attachTo } from '../payment-methods/attach-payment-method.ts';

/** The bank's answer: the card is the customer's, or `last_setup_error` says why not. */
export function finishSetup(
  call: Call,
  intent: Stripe.SetupIntent,
  attempt: { method: string; authenticated: boolean; refused?: boolean },
): Stripe.SetupIntent {
  const method = need(call, 'payment_method', attempt.method);
  const hidden = call.books.hidden('payment_method', method.id);
  const { decline, savable } = cardByNumber(hidden.number);
  if (attempt.refused) return failSetup(call, intent, { ...REFUSED, payment_method: method });
  if (decline && !savable) return failSetup(call, intent, declineProblem(decline, { payment_method: method }));

  const done: Stripe.SetupIntent = {
    ...intent,
    status: 'succeeded',
    next_action: null,
    last_setup_error: null,
    latest_attempt: newId('setatt'),
  };
  call.books.put('setup_intent', done, {});
  const customer = idOf(intent.customer);
  call.books.put('payment_method', method, { ...hidden, setUp: true, spent: !customer && !method.customer });
  if (customer && !method.customer) attachTo(call, method, customer);
  call.emit('setup_intent.succeeded', done);
  return done;
}

/** What the payer did on the challenge page. Nothing changes when the intent no longer waits for it. */
export function finishSetupChallenge(call: Call, intentId: string, passed: boolean): Stripe.SetupIntent {
  const intent = need(call, 'setup_intent', intentId);
  const { pending } = call.books.hidden('setup_intent', intentId);
  if (intent.status !== 'requires_action' || !pending) return intent;
  return finishSetup(call, intent, { method: pending.method, authenticated: passed, refused: !passed });
}

function failSetup(call: Call, intent: Stripe.SetupIntent, problem: CardProblem): Stripe.SetupIntent {
  const failed: Stripe.SetupIntent = {
    ...intent,
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: problem,
    latest_attempt: newId('setatt'),
  };
  call.books.put('setup_intent', failed, {});
  call.emit('setup_intent.setup_failed', failed);
  return failed;
}

const REFUSED: CardProblem = {
  type: 'invalid_request_error',
  code: 'setup_intent_authentication_failure',
  doc_url: 'https://stripe.com/docs/error-codes/setup-intent-authentication-failure',
  message: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
};
