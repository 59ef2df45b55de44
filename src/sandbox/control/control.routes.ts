import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { cvcDigits } from '../card-number.ts';
import type { WebhookPlan } from '../deliver-webhooks.ts';
import { decideDispute, type Outcome } from '../disputes/decide-dispute.ts';
import { openDispute } from '../disputes/open-dispute.ts';
import { makeCall } from '../make-call.ts';
import { settleProcessing } from '../payment-intents/settle-processing.ts';
import { createConfirmationToken } from '../payment-methods/create-confirmation-token.ts';
import { runTasks } from '../run-tasks.ts';
import type { SandboxParts } from '../sandbox.ts';
import { StripeError } from '../stripe-error.ts';
import { addressesOf } from '../webhooks/record-event.ts';
import { describeLedger } from './describe-ledger.ts';
import { formOfJson } from './form-of-json.ts';
import { ownerOf } from './owner-of.ts';
import { payoutControlRoutes } from './payouts.routes.ts';

/** The director's side of the stage. Nobody but this machine, and no web page, can reach it. */
export function controlRoutes(sandbox: SandboxParts): Router {
  const { ledger, faults, deliverer, clock, log } = sandbox;
  const router = Router();
  router.use(onlyHere, express.json());

  router.post('/faults', (request, response) => {
    const body = request.body as { webhooks?: WebhookPlan['webhooks']; delayMs?: number; do?: string };
    if (body.webhooks) deliverer.plan = readPlan(body.webhooks, body.delayMs);
    if (body.do) faults.add(body);
    if (!body.webhooks && !body.do) throw new Error('Say "do" for requests or "webhooks" for events.');
    deliverer.wake();
    response.json({ rules: faults.rules(), webhooks: deliverer.plan, held: faults.held() });
  });
  router.get('/faults', (_request, response) => {
    response.json({ rules: faults.rules(), webhooks: deliverer.plan, held: faults.held() });
  });
  router.delete('/faults', (_request, response) => {
    faults.clear();
    deliverer.plan = { webhooks: 'normal', delayMs: 0 };
    deliverer.wake();
    response.json({ rules: [] });
  });
  router.post('/release', (request, response) => {
    response.json({ released: faults.release(String(request.body.hold)) });
  });

  router.post('/webhooks/redeliver', (request, response) => {
    const { eventId } = request.body as { eventId: string };
    response.json({ queued: redeliver(sandbox, eventId) });
  });
  router.post('/webhooks/flush', async (_request, response) => {
    runTasks(sandbox, Number.MAX_SAFE_INTEGER);
    response.json(await deliverer.flush());
  });

  router.post('/payment_intents/:id/settle', (request, response) => {
    const account = ownerOf(sandbox, request.params.id);
    const outcome = request.body?.outcome === 'fail' ? 'fail' : 'succeed';
    const settle = ledger.transaction(() =>
      settleProcessing(makeCall(sandbox, { account }), request.params.id, outcome),
    );
    response.json(settle());
    deliverer.wake();
  });
  router.post('/charges/:id/disputes', (request, response) => {
    const { id: chargeId } = request.params;
    const { amount, reason = 'fraudulent', inquiry = false } = request.body as Record<string, never>;
    const call = () => makeCall(sandbox, { account: ownerOf(sandbox, chargeId) });
    response.json(ledger.transaction(() => openDispute(call(), { chargeId, amount, reason, inquiry }))());
    deliverer.wake();
  });
  router.post('/disputes/:id/decision', (request, response) => {
    const { id } = request.params;
    const outcome = String(request.body?.outcome) as Outcome;
    if (!['won', 'lost', 'prevented', 'escalate', 'appeal'].includes(outcome)) throw new Error(`Unknown: ${outcome}`);
    const decide = () => decideDispute(makeCall(sandbox, { account: ownerOf(sandbox, id) }), id, outcome);
    response.json(ledger.transaction(decide)());
    deliverer.wake();
  });
  router.post('/confirmation_tokens', (request, response) => {
    const { publishableKey, ...card } = request.body as Record<string, unknown>;
    const account = sandbox.accounts.find((candidate) => candidate.publishableKey === publishableKey);
    if (!account) throw new Error('No account has this publishableKey.');
    const call = makeCall(sandbox, { account, byPublishableKey: true, form: formOfJson(tokenParams(card)) });
    response.json(ledger.transaction(() => createConfirmationToken(call))());
  });

  router.use(payoutControlRoutes(sandbox));

  router.get('/ledger', (request, response) => {
    const account = sandbox.accounts.find(({ id }) => id === request.query.account) ?? sandbox.accounts[0]!;
    response.json(describeLedger(ledger, account));
  });
  router.get('/requests', (_request, response) => {
    response.json({ counts: log.counts(), requests: log.entries() });
  });
  router.delete('/requests', (_request, response) => {
    log.clear();
    response.json({ counts: {} });
  });
  router.post('/forget_idempotency_keys', (_request, response) => {
    response.json({ forgotten: ledger.prepare('DELETE FROM idempotency').run().changes });
  });
  router.post('/clock', (request, response) => {
    const { nowMs, advanceMs } = request.body as { nowMs?: number; advanceMs?: number };
    if (nowMs !== undefined) clock.set(nowMs);
    if (advanceMs !== undefined) clock.advance(advanceMs);
    response.json({ nowMs: clock.nowMs() });
  });

  router.use(sayWhy);
  return router;
}

/** The header keeps web pages out: they cannot send it across origins without a consent that is never given. */
const onlyHere: RequestHandler = (request, response, next) => {
  const from = request.socket.remoteAddress ?? '';
  const here = from === '::1' || from.startsWith('127.') || from.startsWith('::ffff:127.');
  if (here && request.get('x-sandbox-control') === '1') next();
  else response.status(403).json({ error: 'Only from this machine, with the header X-Sandbox-Control: 1.' });
};

const sayWhy: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = error instanceof StripeError ? error.status : 400;
  response.status(status).json({ error: error instanceof StripeError ? error.body : String(error?.message ?? error) });
};

function readPlan(webhooks: WebhookPlan['webhooks'], delayMs = 0): WebhookPlan {
  if (!['normal', 'off', 'duplicate', 'reverse'].includes(webhooks)) throw new Error(`Unknown: ${webhooks}`);
  return { webhooks, delayMs };
}

function redeliver(sandbox: SandboxParts, eventId: string): number {
  const account = ownerOf(sandbox, eventId);
  const event = makeCall(sandbox, { account }).books.get('event', eventId)!;
  const to = addressesOf(sandbox.ledger, account, event.type);
  const queue = sandbox.ledger.prepare(
    `INSERT INTO deliveries (account, event, url, secrets, due_ms, state) VALUES (?, ?, ?, ?, ?, 'pending')`,
  );
  for (const { url, secrets } of to) queue.run(account.id, eventId, url, JSON.stringify(secrets), Date.now());
  sandbox.deliverer.wake();
  return to.length;
}

function tokenParams({ number, exp_month, exp_year, cvc, ...more }: Record<string, unknown>) {
  const { billing_details, allow_redisplay, ...rest } = more;
  const card = {
    number,
    exp_month: exp_month ?? 12,
    exp_year: exp_year ?? 2040,
    cvc: cvc ?? '1234'.slice(0, cvcDigits(String(number))),
  };
  return { payment_method_data: { type: 'card', card, billing_details, allow_redisplay }, ...rest };
}
