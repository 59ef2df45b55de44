import Stripe from 'stripe';
import { GatewayError, type GatewayEvent } from './gateway.ts';

/** Stripe rejects only old timestamps itself; a seal from the future is as little proof as one from last week. */
const TOLERANCE_SECONDS = 300;

/**
 * Checks the seal on the raw bytes with each secret (several while they are changed) and reads what it is about.
 * Errors: GatewayError `refused` (docs.stripe.com/webhooks/signature).
 */
export function readStripeEvent(
  stripe: Stripe,
  rawBody: Buffer,
  signature: string,
  secrets: readonly string[],
): GatewayEvent {
  const event = openWithAny(
    stripe,
    rawBody,
    signature,
    secrets.filter((secret) => secret.trim().length > 0),
  );
  const object = event.data.object as { object?: string; id?: string; payment_intent?: string | { id: string } | null };
  const intent = object.object === 'payment_intent' ? object.id : object.payment_intent;
  return {
    id: event.id,
    type: event.type,
    paymentRef: (typeof intent === 'object' ? intent?.id : intent) ?? undefined,
    objectRef: object.id ?? '',
    livemode: event.livemode,
    createdAt: new Date(event.created * 1000).toISOString(),
  };
}

function openWithAny(stripe: Stripe, rawBody: Buffer, signature: string, secrets: string[]): Stripe.Event {
  refuseFuture(signature);
  for (const secret of secrets) {
    try {
      return stripe.webhooks.constructEvent(rawBody, signature, secret, TOLERANCE_SECONDS);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) {
        throw new GatewayError('refused', 'unreadable-event', 'the event could not be read', error);
      }
    }
  }
  throw new GatewayError('refused', 'bad-seal', 'no secret of this account fits the seal');
}

function refuseFuture(signature: string): void {
  const seconds = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1]);
  if (!(seconds <= Date.now() / 1000 + TOLERANCE_SECONDS)) {
    throw new GatewayError('refused', 'bad-seal', 'the seal has no time or one that is still to come');
  }
}
