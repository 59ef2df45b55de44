import type { Request, RequestHandler, Response } from 'express';
import { newId } from '../ids.ts';
import type { SandboxParts } from '../sandbox.ts';
import { StripeError } from '../stripe-error.ts';
import { API_VERSION } from '../webhooks/record-event.ts';
import { type Cut, faultAfter, faultBefore, INTERNAL_ERROR } from './act-out-faults.ts';
import { authenticate, needsSecretKey } from './authenticate.ts';
import { carryOut, errorAnswer } from './carry-out.ts';
import { type Answer, keyedRequest, keyInUse, recallAnswer, rememberAnswer } from './idempotency.ts';
import { readForm } from './read-form.ts';
import { findRoute } from './routes.ts';

/** Everything under /v1: who asks, what for, what goes wrong on purpose, and the answer. */
export function answerApi(sandbox: SandboxParts): RequestHandler {
  return async (request, response) => {
    const requestId = newId('req');
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const answer = await answerOne(sandbox, request, requestId, gone.signal);
      if (answer === 'reset') request.socket.destroy();
      else if (answer !== 'silence') send(response, answer);
    } catch (error) {
      const known = error instanceof StripeError ? error : new StripeError(500, unexpected(error));
      send(response, errorAnswer(known, requestId));
    }
  };
}

async function answerOne(
  sandbox: SandboxParts,
  request: Request,
  requestId: string,
  gone: AbortSignal,
): Promise<Answer | Cut> {
  const { method } = request;
  const [path, query = ''] = request.originalUrl.split('?') as [string, string?];
  const text = method === 'POST' && typeof request.body === 'string' ? request.body : query;
  const { key: keyParam, ...form } = readForm(text);
  const { account, byPublishableKey } = authenticate(sandbox.accounts, request.get('authorization'), keyParam);
  const asked = request.get('stripe-account');
  if (asked && asked !== account.id) throw noAccess(asked);
  const found = findRoute(method, path);
  if (!found) throw unknownUrl(method, path);
  if (byPublishableKey && !found.route.browser) throw needsSecretKey();

  sandbox.log.note({ method, path, account: account.id, atMs: sandbox.clock.nowMs() });
  const rule = sandbox.faults.take({ method, path, account: account.id });
  const keyed = method === 'POST' ? keyedRequest(account.id, request.get('idempotency-key'), path, text) : undefined;
  const flight = keyed && `${keyed.account} ${keyed.key}`;
  if (flight && sandbox.inFlight.has(flight)) throw keyInUse();
  if (flight) sandbox.inFlight.add(flight);
  try {
    const cutBefore = await faultBefore(sandbox.faults, rule, gone);
    if (cutBefore) return await cut(cutBefore, gone);
    const failure = errorAnswer(new StripeError(500, INTERNAL_ERROR), requestId);
    if (rule?.do === '500_before') {
      if (keyed) rememberAnswer(sandbox.ledger, keyed, failure, sandbox.clock.nowMs());
      return failure;
    }
    const answer =
      (keyed && recallAnswer(sandbox.ledger, keyed, sandbox.clock.nowMs())) ??
      carryOut(sandbox, {
        ...{ route: found.route, id: found.id, account, path, form, byPublishableKey, requestId, keyed },
        forceProcessing: rule?.do === 'processing',
        answerInstead: rule?.do === '500_after' ? failure : undefined,
      });
    const cutAfter = await faultAfter(sandbox.faults, rule, gone);
    if (cutAfter) return await cut(cutAfter, gone);
    return answer;
  } finally {
    if (flight) sandbox.inFlight.delete(flight);
  }
}

/** Silence lasts until the client hangs up. */
async function cut(how: Cut, gone: AbortSignal): Promise<Cut> {
  if (how === 'silence' && !gone.aborted) {
    await new Promise((resolve) => gone.addEventListener('abort', resolve, { once: true }));
  }
  return how;
}

function send(response: Response, answer: Answer): void {
  response.status(answer.status).set({
    'Content-Type': 'application/json',
    'Request-Id': answer.requestId,
    'Stripe-Version': API_VERSION,
    'Cache-Control': 'no-cache, no-store',
  });
  if (answer.replayed) response.set({ 'Idempotent-Replayed': 'true', 'Original-Request': answer.requestId });
  response.send(answer.body);
}

function noAccess(accountId: string): StripeError {
  const message = `The provided key does not have access to account '${accountId}' (or that account does not exist).`;
  return new StripeError(403, { type: 'invalid_request_error', code: 'account_invalid', message });
}

function unknownUrl(method: string, path: string): StripeError {
  const message = `Unrecognized request URL (${method}: ${path}). The sandbox plays only the part of the API that a portal needs.`;
  return new StripeError(404, { type: 'invalid_request_error', message });
}

function unexpected(error: unknown) {
  return { type: 'api_error' as const, message: error instanceof Error ? error.message : String(error) };
}
