import type { RequestHandler } from 'express';

const HEADERS = 'authorization, content-type, stripe-version, idempotency-key';

/** CORS: pages of the portal may ask the API with the publishable key; no cookies are involved. */
export function allowBrowsers(portalOrigins: string[] | undefined): RequestHandler {
  return (request, response, next) => {
    const origin = request.get('origin');
    response.vary('Origin');
    if (origin && (!portalOrigins || portalOrigins.includes(origin))) {
      response.set('Access-Control-Allow-Origin', origin);
      response.set('Access-Control-Allow-Headers', HEADERS);
      response.set('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
      response.set('Access-Control-Expose-Headers', 'Request-Id');
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}
