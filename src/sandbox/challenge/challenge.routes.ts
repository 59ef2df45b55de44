import express, { Router } from 'express';
import { isAllowed } from '../hosted-fields/hosted-fields.routes.ts';
import { allowBrowsers } from '../http/allow-browsers.ts';
import { protectPage } from '../http/protect-page.ts';
import { booksOf } from '../ledger.ts';
import { makeCall } from '../make-call.ts';
import { checkClientSecret } from '../payment-intents/find-intent.ts';
import { finishChallenge } from '../payment-intents/finish-challenge.ts';
import type { SandboxParts } from '../sandbox.ts';
import { finishSetupChallenge } from '../setup-intents/finish-setup.ts';
import { challengeDonePage, challengePage } from './challenge-page.ts';

/** The 3-D Secure page: in a frame of the portal, or on its own and then back to `return_url`. */
export function challengeRoutes(sandbox: SandboxParts): Router {
  const router = Router();
  const { portalOrigins } = sandbox;
  router.use('/challenge', allowBrowsers(portalOrigins), express.urlencoded({ extended: false }));

  router.get('/challenge/:id', (request, response) => {
    const { client_secret: clientSecret, origin } = request.query as Record<string, string>;
    const found = openChallenge(sandbox, request.params.id, clientSecret);
    protectPage(response, portalOrigins, found?.returnUrl);
    if (!found) return void response.status(404).type('text/plain').send('There is nothing to confirm here.\n');
    const framer = origin && isAllowed(origin, portalOrigins) ? origin : undefined;
    const { intentId, what, waiting, passed } = found;
    response
      .type('html')
      .send(
        waiting
          ? challengePage({ intentId, clientSecret: clientSecret!, origin: framer, what })
          : challengeDonePage({ intentId, origin: framer, passed }),
      );
  });

  router.post('/challenge/:id', (request, response) => {
    const { client_secret: clientSecret, origin, outcome } = request.body as Record<string, string>;
    const before = openChallenge(sandbox, request.params.id, clientSecret);
    protectPage(response, portalOrigins, before?.returnUrl);
    if (!before) return void response.status(404).type('text/plain').send('There is nothing to confirm here.\n');
    const { intentId, isSetup, account, returnUrl } = before;
    sandbox.ledger.transaction(() => {
      const call = makeCall(sandbox, { account });
      if (isSetup) finishSetupChallenge(call, intentId, outcome === 'complete');
      else finishChallenge(call, intentId, outcome === 'complete');
    })();
    sandbox.deliverer.wake();
    const { passed } = openChallenge(sandbox, intentId, clientSecret)!;
    const framer = origin && isAllowed(origin, portalOrigins) ? origin : undefined;
    if (!framer && returnUrl) return void response.redirect(303, wayBack(before, clientSecret!, passed));
    response.type('html').send(challengeDonePage({ intentId, origin: framer, passed }));
  });
  return router;
}

/** The intent that waits for its payer, for whoever knows its secret. */
function openChallenge(sandbox: SandboxParts, id: string, clientSecret: string | undefined) {
  for (const account of sandbox.accounts) {
    const books = booksOf(sandbox.ledger, account.id);
    const payment = books.get('payment_intent', id);
    const intent = payment ?? books.get('setup_intent', id);
    if (!intent) continue;
    try {
      checkClientSecret(makeCall(sandbox, { account, form: { client_secret: clientSecret ?? '' } }), intent);
    } catch {
      return undefined;
    }
    const { pending } = books.hidden(payment ? 'payment_intent' : 'setup_intent', id);
    const what = payment
      ? `a payment of ${shownAmount(payment)} to ${account.name}`
      : `keep this card with ${account.name}`;
    return {
      account,
      intentId: id,
      isSetup: !payment,
      what,
      returnUrl: pending?.returnUrl ?? null,
      waiting: intent.status === 'requires_action' && pending !== undefined,
      passed: ['succeeded', 'requires_capture', 'processing'].includes(intent.status),
    };
  }
  return undefined;
}

function shownAmount({ amount, currency }: { amount: number; currency: string }): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency.toUpperCase() });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function wayBack(
  { intentId, isSetup, returnUrl }: { intentId: string; isSetup: boolean; returnUrl: string | null },
  clientSecret: string,
  passed: boolean,
): string {
  const url = new URL(returnUrl!);
  const name = isSetup ? 'setup_intent' : 'payment_intent';
  url.searchParams.set(name, intentId);
  url.searchParams.set(`${name}_client_secret`, clientSecret);
  url.searchParams.set('redirect_status', passed ? 'succeeded' : 'failed');
  return url.href;
}
