import { type Response, Router } from 'express';
import { bundleScript, readStatic } from '../client-sources.ts';
import { protectPage } from '../http/protect-page.ts';
import type { SandboxParts } from '../sandbox.ts';
import { cardPage } from './card-page.ts';

/** The browser script, and the frame with the card fields on the sandbox's own origin. */
export function hostedFieldsRoutes(sandbox: SandboxParts): Router {
  const { publicUrl, portalOrigins } = sandbox;
  const router = Router();
  const define = { SANDBOX_ORIGIN: JSON.stringify(new URL(publicUrl).origin) };
  const stripeJs = once(() => bundleScript('stripe-js/stripe.client.ts', { format: 'iife', define }));
  const cardJs = once(() => bundleScript('hosted-fields/card.client.ts', { format: 'esm' }));
  const challengeJs = once(() => bundleScript('challenge/challenge.client.ts', { format: 'esm' }));
  const css = once(() => readStatic('hosted-fields/card.css'));
  const challengeCss = once(() => readStatic('challenge/challenge.css'));
  const icon = once(() => readStatic('hosted-fields/favicon.svg'));

  router.get('/endive/stripe.js', async (_request, response) => script(response, await stripeJs()));
  router.get('/elements/card.js', async (_request, response) => script(response, await cardJs()));
  router.get('/challenge.js', async (_request, response) => script(response, await challengeJs()));
  router.get('/elements/card.css', async (_request, response) => style(response, await css()));
  router.get('/challenge.css', async (_request, response) => style(response, await challengeCss()));
  router.get(['/favicon.ico', '/favicon.svg'], async (_request, response) => {
    response.type('image/svg+xml').send(await icon());
  });

  router.get('/elements/card', (request, response) => {
    const { origin = '', locale = 'en', theme = 'auto' } = request.query as Record<string, string>;
    protectPage(response, portalOrigins);
    if (!isAllowed(String(origin), portalOrigins)) {
      response.status(403).type('text/plain').send('This page may not embed the card fields.\n');
      return;
    }
    response.type('html').send(cardPage({ origin: String(origin), locale: String(locale), theme: String(theme) }));
  });
  return router;
}

/** Whether pages of this origin may embed us. */
export function isAllowed(origin: string, portalOrigins: string[] | undefined): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  return !portalOrigins || portalOrigins.includes(origin);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function script(response: Response, text: string): void {
  asset(response).type('text/javascript').send(text);
}

function style(response: Response, text: string): void {
  asset(response).type('text/css').send(text);
}

/** Loaded from other origins on purpose. */
function asset(response: Response): Response {
  return response.set({
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
}
