import { makeCall } from '../make-call.ts';
import { publicView } from '../payment-intents/payment-intent.ts';
import type { SandboxParts } from '../sandbox.ts';
import type { SandboxAccount } from '../sandbox-account.ts';
import { publicSetupView } from '../setup-intents/setup-intent.ts';
import { StripeError } from '../stripe-error.ts';
import { expand } from './expand.ts';
import { type Answer, type KeyedRequest, rememberAnswer } from './idempotency.ts';
import type { Form } from './read-form.ts';
import type { Route } from './routes.ts';

export interface Deed {
  route: Route;
  account: SandboxAccount;
  id: string;
  path: string;
  form: Form;
  byPublishableKey: boolean;
  forceProcessing: boolean;
  requestId: string;
  keyed: KeyedRequest | undefined;
  /** The answer that is given, and kept, whatever happened. */
  answerInstead?: Answer | undefined;
}

/**
 * Does it, and keeps the answer under the idempotency key in the same transaction, so that a crash leaves either
 * both or neither. A decline is kept too; a refused parameter leaves no trace.
 */
export function carryOut(sandbox: SandboxParts, deed: Deed): Answer {
  const answer = sandbox.ledger.transaction(() => {
    const given = deed.answerInstead ? withEffect(sandbox, deed, deed.answerInstead) : perform(sandbox, deed);
    if (deed.keyed) rememberAnswer(sandbox.ledger, deed.keyed, given, sandbox.clock.nowMs());
    return given;
  })();
  sandbox.deliverer.wake();
  return answer;
}

function withEffect(sandbox: SandboxParts, deed: Deed, answer: Answer): Answer {
  perform(sandbox, deed);
  return answer;
}

function perform(sandbox: SandboxParts, deed: Deed): Answer {
  const { requestId, byPublishableKey } = deed;
  const call = makeCall(sandbox, { ...deed, idempotencyKey: deed.keyed?.key ?? null });
  try {
    const result = deed.route.answer(call);
    const shown: object = byPublishableKey ? browserView(result) : result;
    expand(call.books, shown, deed.form.expand);
    return { status: 200, body: asText(shown), requestId };
  } catch (error) {
    if (error instanceof StripeError && error.keepsEffects) return errorAnswer(error, requestId);
    throw error;
  }
}

function browserView(result: object): object {
  if (!('object' in result)) return result;
  if (result.object === 'payment_intent') return publicView(result as Parameters<typeof publicView>[0]);
  if (result.object === 'setup_intent') return publicSetupView(result as Parameters<typeof publicSetupView>[0]);
  return result;
}

/** An error as it is sent. */
export function errorAnswer(error: StripeError, requestId: string): Answer {
  const request_log_url = `https://dashboard.stripe.com/test/logs/${requestId}`;
  return { status: error.status, body: asText({ error: { ...error.body, request_log_url } }), requestId };
}

function asText(body: object): string {
  return `${JSON.stringify(body, null, 2)}\n`;
}
