import { timingSafeEqual } from 'node:crypto';
import type Stripe from 'stripe';
import { type Call, need } from '../call.ts';
import { invalid, missing } from '../stripe-error.ts';

/** The intent of the path. A browser must know its client secret. */
export function findIntent(call: Call): Stripe.PaymentIntent {
  const intent = need(call, 'payment_intent', call.id, 'intent');
  if (call.byPublishableKey) checkClientSecret(call, intent);
  return intent;
}

/** Throws 404 for a browser with another secret, as if the intent did not exist. */
export function checkClientSecret(
  call: Call,
  intent: { id: string; object: string; client_secret: string | null },
): void {
  const given = call.form.client_secret;
  if (typeof given !== 'string') throw missing(intent.object, intent.id, 'intent');
  const [a, b] = [Buffer.from(given), Buffer.from(intent.client_secret ?? '')];
  if (a.length !== b.length || !timingSafeEqual(a, b)) throw missing(intent.object, intent.id, 'intent');
}

/** Throws payment_intent_unexpected_state unless the status is one of these. */
export function refuseUnless(intent: Stripe.PaymentIntent, verb: keyof typeof DONE, statuses: string[]): void {
  if (statuses.includes(intent.status)) return;
  const list = statuses.join(', ');
  const message = `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${DONE[verb]}: ${list}.`;
  const error = invalid(message, 'payment_intent_unexpected_state');
  error.body.payment_intent = intent;
  throw error;
}

const DONE = { confirm: 'confirmed', cancel: 'canceled', capture: 'captured', update: 'updated' } as const;
