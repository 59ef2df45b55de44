import Stripe from 'stripe';
import { refuseInsideTransaction } from '../platform/database/database.ts';
import type { GatewayOrigins } from '../platform/web/headers.ts';
import { type Connection, type Gateway, GatewayError, type HostedFields } from './gateway.ts';
import { checkStripeAccount } from './stripe-account.ts';
import { leastStripeAmount, stripeAmountProblem, toStripeUnits } from './stripe-amounts.ts';
import { stripeClient } from './stripe-client.ts';
import { stripeConfirmation, stripeSetupConfirmation } from './stripe-confirmation.ts';
import { gatewayDisputeOf, stripeEvidence } from './stripe-dispute.ts';
import { readStripeEvent } from './stripe-events.ts';
import { gatewayMovementOf, gatewayPayoutOf } from './stripe-movement.ts';
import { gatewayPaymentOf } from './stripe-payment.ts';
import { gatewayRefundOf } from './stripe-refund.ts';
import { gatewayCardOf, gatewaySetupOf } from './stripe-setup.ts';
import { errorKindOf } from './stripe-words.ts';

/** Read in one answer with every payment: the charge and the card that made it. */
const EXPAND = ['latest_charge', 'payment_method'];
const EXPAND_SETUP = ['payment_method'];
/** What moved the balance. */
const EXPAND_MOVEMENTS = ['data.source'];
/** What is said of a card that its customer no longer has. */
const GONE = ['resource_missing', 'payment_method_unexpected_state'];

/** Hosts that Stripe's script needs (docs.stripe.com/security/guide#content-security-policy). */
const STRIPE_ORIGINS: GatewayOrigins = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
  image: ['https://*.stripe.com'],
};

/** The adapter for Stripe, and for the sandbox, which speaks the same protocol on another address. */
export function createStripeGateway(
  connection: Connection,
  options: { sandboxApiUrl: string; sandboxPublicUrl: string; timeoutMs: number },
): Gateway {
  const stripe = stripeClient(connection, options);
  const keyed = (idempotencyKey: string) => ({ idempotencyKey });

  /**
   * What an earlier try asked for by its save box: without the payer, a confirm is refused while it stands
   * (docs.stripe.com/api/payment_intents/confirm, `off_session`).
   */
  const forgetSaving = (ref: string, key: string) =>
    stripe.paymentIntents.update(ref, { setup_future_usage: '' }, keyed(`${key}-forget`));

  const gateway: Gateway = {
    checkAmount: stripeAmountProblem,
    checkAccount: () => ask(() => checkStripeAccount(stripe)),

    createCustomer: (wanted) =>
      ask(async () => {
        const { reference, name, email } = wanted;
        const made = await stripe.customers.create(
          { name, email, metadata: { customer: reference } },
          keyed(wanted.key),
        );
        return { ref: made.id };
      }),

    createPayment: (wanted) =>
      ask(async () =>
        gatewayPaymentOf(
          await stripe.paymentIntents.create(
            {
              amount: toStripeUnits(wanted.sum),
              currency: wanted.sum.currency.toLowerCase(),
              customer: wanted.customerRef,
              allowed_payment_method_types: ['card'],
              description: wanted.description,
              metadata: { payment: wanted.reference },
              ...(wanted.statementSuffix ? { statement_descriptor_suffix: wanted.statementSuffix } : {}),
              expand: EXPAND,
            },
            keyed(wanted.key),
          ),
        ),
      ),

    changeAmount: (ref, sum, key) =>
      ask(async () =>
        gatewayPaymentOf(
          await stripe.paymentIntents.update(ref, { amount: toStripeUnits(sum), expand: EXPAND }, keyed(key)),
        ),
      ),

    confirmPayment: (ref, wanted) =>
      ask(async () => {
        try {
          if (wanted.presence === 'nobody') await forgetSaving(ref, wanted.key);
          const confirmed = await stripe.paymentIntents.confirm(
            ref,
            { ...stripeConfirmation(wanted), expand: EXPAND },
            keyed(wanted.key),
          );
          return gatewayPaymentOf(confirmed);
        } catch (error) {
          // A decline comes as an error whose copy of the payment is not expanded: read the whole of it.
          if (error instanceof Stripe.errors.StripeCardError) return gateway.readPayment(ref);
          throw error;
        }
      }),

    readPayment: (ref) =>
      ask(async () => gatewayPaymentOf(await stripe.paymentIntents.retrieve(ref, { expand: EXPAND }))),

    cancelPayment: (ref, key) =>
      ask(async () => gatewayPaymentOf(await stripe.paymentIntents.cancel(ref, { expand: EXPAND }, keyed(key)))),

    async *listPayments(sinceIso, afterRef) {
      const gte = Math.floor(Date.parse(sinceIso) / 1000);
      const expand = EXPAND.map((field) => `data.${field}`);
      const list = (after: object) => stripe.paymentIntents.list({ created: { gte }, limit: 100, expand, ...after });
      for await (const intent of pages(list, afterRef)) yield gatewayPaymentOf(intent);
    },

    createSetup: (wanted) =>
      ask(async () =>
        gatewaySetupOf(
          await stripe.setupIntents.create(
            {
              customer: wanted.customerRef,
              allowed_payment_method_types: ['card'],
              usage: 'off_session',
              metadata: { setup: wanted.reference },
              expand: EXPAND_SETUP,
            },
            keyed(wanted.key),
          ),
        ),
      ),

    confirmSetup: (ref, wanted) =>
      ask(async () => {
        try {
          const confirmed = await stripe.setupIntents.confirm(
            ref,
            { ...stripeSetupConfirmation(wanted), expand: EXPAND_SETUP },
            keyed(wanted.key),
          );
          return gatewaySetupOf(confirmed);
        } catch (error) {
          if (error instanceof Stripe.errors.StripeCardError) return gateway.readSetup(ref);
          throw error;
        }
      }),

    readSetup: (ref) =>
      ask(async () => gatewaySetupOf(await stripe.setupIntents.retrieve(ref, { expand: EXPAND_SETUP }))),

    cancelSetup: (ref, key) =>
      ask(async () => gatewaySetupOf(await stripe.setupIntents.cancel(ref, { expand: EXPAND_SETUP }, keyed(key)))),

    readCard: (methodRef) => ask(async () => gatewayCardOf(await stripe.paymentMethods.retrieve(methodRef))),

    async detachCard(methodRef) {
      try {
        await ask(() => stripe.paymentMethods.detach(methodRef));
      } catch (error) {
        if (!(error instanceof GatewayError) || !GONE.includes(error.code)) throw error;
      }
    },

    createRefund: (wanted) =>
      ask(async () =>
        gatewayRefundOf(
          await stripe.refunds.create(
            {
              payment_intent: wanted.paymentRef,
              amount: toStripeUnits(wanted.sum),
              metadata: { refund: wanted.reference },
            },
            keyed(wanted.key),
          ),
        ),
      ),

    readRefund: (ref) => ask(async () => gatewayRefundOf(await stripe.refunds.retrieve(ref))),

    async *listRefunds(sinceIso, afterRef) {
      const gte = Math.floor(Date.parse(sinceIso) / 1000);
      const list = (after: object) => stripe.refunds.list({ created: { gte }, limit: 100, ...after });
      for await (const refund of pages(list, afterRef)) yield gatewayRefundOf(refund);
    },

    readDispute: (ref) => ask(async () => gatewayDisputeOf(await stripe.disputes.retrieve(ref))),

    async *listDisputes(sinceIso, afterRef) {
      const gte = Math.floor(Date.parse(sinceIso) / 1000);
      const list = (after: object) => stripe.disputes.list({ created: { gte }, limit: 100, ...after });
      for await (const dispute of pages(list, afterRef)) yield gatewayDisputeOf(dispute);
    },

    submitEvidence: (ref, evidence, key) =>
      ask(async () =>
        gatewayDisputeOf(
          await stripe.disputes.update(ref, { evidence: stripeEvidence(evidence), submit: true }, keyed(key)),
        ),
      ),
    async *listMovements(sinceIso, untilIso) {
      const created = between(sinceIso, untilIso);
      const list = (after: object) =>
        stripe.balanceTransactions.list({ created, limit: 100, expand: EXPAND_MOVEMENTS, ...after });
      for await (const transaction of pages(list)) yield gatewayMovementOf(transaction);
    },

    async *listMovementsOfPayout(payout) {
      const list = (after: object) =>
        stripe.balanceTransactions.list({ payout, limit: 100, expand: EXPAND_MOVEMENTS, ...after });
      for await (const transaction of pages(list)) {
        const movement = gatewayMovementOf(transaction);
        if (movement.sourceRef !== payout) yield movement;
      }
    },

    async *listPayouts(sinceIso, untilIso) {
      const created = between(sinceIso, untilIso);
      const list = (after: object) => stripe.payouts.list({ created, limit: 100, ...after });
      for await (const payout of pages(list)) yield gatewayPayoutOf(payout);
    },

    readPayout: (ref) => ask(async () => gatewayPayoutOf(await stripe.payouts.retrieve(ref))),

    readEvent: (rawBody, signature, secrets) => readStripeEvent(stripe, rawBody, signature, secrets),
  };
  return gateway;
}

/** Stripe counts in whole seconds: those of both moments are within. */
function between(sinceIso: string, untilIso: string) {
  return { gte: Math.floor(Date.parse(sinceIso) / 1000), lte: Math.floor(Date.parse(untilIso) / 1000) };
}

/** Everything that a list of the gateway holds, asked for a page at a time. */
async function* pages<T extends { id: string }>(
  list: (after: { starting_after?: string }) => Promise<{ data: T[]; has_more: boolean }>,
  afterRef?: string,
): AsyncIterable<T> {
  let startingAfter = afterRef;
  for (;;) {
    const page = await ask(() => list(startingAfter ? { starting_after: startingAfter } : {}));
    yield* page.data;
    startingAfter = page.data.at(-1)?.id;
    if (!page.has_more || !startingAfter) return;
  }
}

/** Every call: never inside a transaction, and errors in our words. */
async function ask<T>(call: () => Promise<T>): Promise<T> {
  refuseInsideTransaction('A call to the gateway');
  try {
    return await call();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (error instanceof Stripe.errors.StripeError) {
      const code = error.code ?? error.type ?? 'unknown';
      const taken = error instanceof Stripe.errors.StripeIdempotencyError;
      throw new GatewayError(taken ? 'key-taken' : errorKindOf(error.statusCode), code, `gateway: ${code}`, error);
    }
    throw error;
  }
}

/** What a page needs to show the card fields of an account; no secret goes into it. */
export function stripeHostedFields(
  { kind, publishableKey }: Omit<Connection, 'secretKey'>,
  sandboxPublicUrl: string,
): HostedFields {
  if (kind === 'stripe')
    return {
      kind,
      publishableKey,
      scriptUrl: undefined,
      origins: STRIPE_ORIGINS,
      unitsOf: toStripeUnits,
      checkAmount: stripeAmountProblem,
      leastOf: leastStripeAmount,
    };
  const { origin } = new URL(sandboxPublicUrl);
  const origins = { script: [origin], frame: [origin], connect: [origin], image: [origin] };
  return {
    kind,
    publishableKey,
    scriptUrl: `${origin}/endive/stripe.js`,
    origins,
    unitsOf: toStripeUnits,
    checkAmount: stripeAmountProblem,
    leastOf: leastStripeAmount,
  };
}
